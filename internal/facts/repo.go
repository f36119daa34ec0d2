package facts

// Role is what an account is to an organization.
type Role string

// The roles that a server tells us; RoleNone also stands for "could not be told".
const (
	RoleOwner  Role = "owner"
	RoleMember Role = "member"
	RoleNone   Role = "none"
)

// Organization is a GitHub organization, or a user's own account holding repos.
type Organization struct {
	ID          OrganizationID
	Integration IntegrationID
	// ServerID is the server's own id, which a rename does not change.
	ServerID    int64
	Login, Name string
	// Role is the connected account's.
	Role Role
	// AutoImport imports new repos of the organization as they appear.
	AutoImport bool
}

// Repo is a git repository on the server.
type Repo struct {
	ID           RepoID
	Integration  IntegrationID
	Organization OrganizationID
	// ServerID is the server's own id, which a rename or transfer does not change.
	ServerID int64
	// Name is the last part, FullName is OWNER/NAME as the server last gave it.
	Name, FullName string
	// DefaultBranch is a branch's short name, empty for an empty repo.
	DefaultBranch string
	// Visibility is public, private or internal.
	Visibility     string
	Fork, Archived bool
	SizeKB         int64
	PushedAt       int64
	// ImportedAt is when somebody chose it for import, 0 when nobody did.
	ImportedAt int64
	// GoneAt is when the server said that it no longer exists, 0 while it does.
	GoneAt int64
	// Attributes holds the .gitattributes rules of the default branch that say which files are
	// generated or vendored, as JSON of []AttributeRule.
	Attributes []AttributeRule
	// Globs are path patterns that an admin left out for this repo.
	Globs []string
}

// AttributeRule is one line of a .gitattributes file that bears on what counts.
type AttributeRule struct {
	// Dir is the directory of the file that holds the rule, "" for the root, else ending in "/".
	Dir     string `json:"dir"`
	Pattern string `json:"pattern"`
	// Generated and Vendored are nil when the line does not set them.
	Generated *bool `json:"generated,omitempty"`
	Vendored  *bool `json:"vendored,omitempty"`
	// GeneratedReset and VendoredReset say that the line takes back what earlier lines set (!linguist-generated).
	GeneratedReset bool `json:"generated_reset,omitempty"`
	VendoredReset  bool `json:"vendored_reset,omitempty"`
}
