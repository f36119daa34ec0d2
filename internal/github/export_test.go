package github

// ProbeQuery is the question for the schema's fields, for the check against the official schemas.
var ProbeQuery = probeQuery
