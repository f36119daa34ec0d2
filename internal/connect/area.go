package connect

// Area is what a fault is about, in the words of a state: a person looks for it in one of these places.
type Area string

// The areas of a failed integration.
const (
	AreaAddress       Area = "address"
	AreaDNS           Area = "DNS"
	AreaProxy         Area = "proxy"
	AreaHost          Area = "host"
	AreaTLS           Area = "TLS"
	AreaAuthorization Area = "authorization"
	AreaServer        Area = "server"
)

var stageAreas = map[StageID]Area{
	StageAddress: AreaAddress, StageDNS: AreaDNS, StageProxy: AreaProxy, StageTCP: AreaHost, StageTLS: AreaTLS,
	StageHTTP: AreaHost, StageSignIn: AreaAuthorization, StageScopes: AreaAuthorization, StageOrganizations: AreaAuthorization,
}

// Area tells where to look for a code's fault; whatever is no stage's way to the server is the server itself.
func (c Code) Area() Area {
	switch c {
	case GitUnauthorized, APIUnauthorized, APIForbidden:
		return AreaAuthorization
	}
	if area, known := stageAreas[c.Info().Stage]; known {
		return area
	}
	return AreaServer
}
