package connect

// ViewerQuery is the diagnosis's question to GraphQL, for the check against the official schemas.
const ViewerQuery = viewerQuery

// PersonalSigns is what says that an account looks like a person's.
var PersonalSigns = personalSigns
