package connect

// ViewerQuery is the diagnosis's question to GraphQL, for the check against the official schemas.
const ViewerQuery = viewerQuery
