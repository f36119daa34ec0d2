package connect

// Faults of stage tls.
const (
	TLSCAUnreadable      Code = "tls_ca_unreadable"
	TLSExpired           Code = "tls_expired"
	TLSNotYetValid       Code = "tls_not_yet_valid"
	TLSWrongName         Code = "tls_wrong_name"
	TLSUnknownAuthority  Code = "tls_unknown_authority"
	TLSSelfSigned        Code = "tls_self_signed"
	TLSIncompleteChain   Code = "tls_incomplete_chain"
	TLSWeakCertificate   Code = "tls_weak_certificate"
	TLSOldProtocol       Code = "tls_old_protocol"
	TLSNoCommonCipher    Code = "tls_no_common_cipher"
	TLSClientCertificate Code = "tls_client_certificate"
	TLSPlainHTTP         Code = "tls_plain_http"
	TLSNotTLS            Code = "tls_not_tls"
	TLSReset             Code = "tls_reset"
	TLSTimeout           Code = "tls_timeout"
	TLSOther             Code = "tls_other"
	TLSExpiresSoon       Code = "tls_expires_soon"
)

var tlsCodes = []CodeInfo{
	{
		TLSCAUnreadable, StageTLS, StatusFail,
		"The certificates to trust cannot be read: {reason}.",
		"Give them as PEM text: one or more blocks from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.",
	},
	{
		TLSExpired, StageTLS, StatusFail,
		"The certificate of {subject} expired on {date}.",
		"Renew it on the server (Management Console, Privacy). If the date is in the future for you, the clock of the machine Weir runs on is wrong: it says {now}.",
	},
	{
		TLSNotYetValid, StageTLS, StatusFail,
		"The certificate of {subject} is valid only from {date}.",
		"The clock of the machine Weir runs on says {now}: set it if that is wrong; otherwise install a certificate that is valid already.",
	},
	{
		TLSWrongName, StageTLS, StatusFail,
		"The server's certificate is for {names}, not for {host}.",
		"Use the name in the certificate as address, or have a certificate made that holds {host}.",
	},
	{
		TLSUnknownAuthority, StageTLS, StatusFail,
		"The server's certificate comes from an authority that this machine does not trust: {authority}.",
		"If that is your company's own authority, {how}. It is then trusted for this integration alone.",
	},
	{
		TLSSelfSigned, StageTLS, StatusFail,
		"The server made its certificate itself ({subject}), so nobody vouches for it.",
		"Compare the fingerprint with the one shown on the server and trust the certificate for this integration, or install one from your company's authority.",
	},
	{
		TLSIncompleteChain, StageTLS, StatusFail,
		"The server sends its certificate without the one that vouches for it ({issuer}), so it cannot be checked.",
		"Install the full chain on the server: its certificate followed by the intermediate ones. Browsers often hide this fault. Or give the certificate of {issuer} under Certificates to trust.",
	},
	{
		TLSWeakCertificate, StageTLS, StatusFail,
		"The server's certificate cannot be accepted: {reason}.",
		"Have a new certificate made: signed with SHA-256, with the server's name as a subject alternative name, by an authority that may sign for it.",
	},
	{
		TLSOldProtocol, StageTLS, StatusFail,
		"The server speaks only {version}, which is no longer safe; Weir wants TLS 1.2 or newer.",
		"Switch TLS 1.2 or 1.3 on where TLS ends: on the server (Management Console, Privacy) or on the load balancer before it.",
	},
	{
		TLSNoCommonCipher, StageTLS, StatusFail,
		"The server and Weir found no way of encryption that both accept.",
		"Allow a current cipher suite where TLS ends (ECDHE with AES-GCM or ChaCha20), on the server or the load balancer before it.",
	},
	{
		TLSClientCertificate, StageTLS, StatusFail,
		"The server wants a client certificate, and Weir has none to show.",
		"Have the machine Weir runs on let in without one, at the gateway before the server, or connect past that gateway.",
	},
	{
		TLSPlainHTTP, StageTLS, StatusFail,
		"Port {port} of {host} speaks plain HTTP, not HTTPS.",
		"Use the port of HTTPS, which is 443 unless your server was set up otherwise. Weir does not send credentials unencrypted.",
	},
	{
		TLSNotTLS, StageTLS, StatusFail,
		"Port {port} of {host} does not speak TLS: {reason}.",
		"Check the port; HTTPS is on 443 unless your server was set up otherwise.",
	},
	{
		TLSReset, StageTLS, StatusFail,
		"The connection was cut while encryption was being agreed on.",
		"A firewall or an inspecting gateway between Weir and {host} is the usual reason: have {host} allowed there by name. An overloaded server does it too.",
	},
	{
		TLSTimeout, StageTLS, StatusFail,
		"{host} accepted the connection on port {port} but did not agree on encryption in time.",
		"Check that port {port} is the one of HTTPS. A gateway that inspects traffic, or packets that are too big for a VPN (MTU), do this as well.",
	},
	{
		TLSOther, StageTLS, StatusFail,
		"No encrypted connection to {host} comes about: {reason}.",
		"`openssl s_client -connect {host}:{port} -servername {host}` on the machine Weir runs on shows the same from the other side; give its output to whoever runs the server.",
	},
	{
		TLSExpiresSoon, StageTLS, StatusWarn,
		"The server's certificate expires on {date}.",
		"Have it renewed before; from that day on nothing can be imported.",
	},
}
