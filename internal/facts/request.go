package facts

// Request is one row of the ledger: something that Weir sent to a server.
type Request struct {
	ID          int64
	Integration IntegrationID
	At          int64
	// Kind is rest, graphql, web or git.
	Kind string
	// Method and Path are as sent; Path holds no credential.
	Method, Path string
	// Status is the HTTP status; for git 0 is success; -1 means that no answer came.
	Status int
	Bytes  int64
	TookMS int64
	// Why names the work that needed it, such as "test connection".
	Why string
	// Refused says that the read-only transport did not let it leave.
	Refused bool
}
