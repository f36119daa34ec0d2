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
	// Language is the one that the server counts most bytes of, empty when it names none.
	Language string
	SizeKB   int64
	PushedAt int64
	// SeenAt is when the server last named it, in a list or when asked for it.
	SeenAt int64
	// ImportedAt is when somebody chose it for import, 0 when nobody did.
	ImportedAt int64
	// GoneAt is when the server said that it no longer exists, 0 while it does.
	GoneAt int64
	// PausedAt is when somebody paused it, 0 while it is not.
	PausedAt int64
	// Exclusion is the rule that leaves it out, 0 when none does. An imported repo that a rule matches goes
	// on until a person decides; ExclusionKept says that one decided to keep it.
	Exclusion     ExclusionID
	ExclusionKept bool
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

// RepoChange is what a person can do with repos on the import page.
type RepoChange string

// The changes.
const (
	// RepoImport chooses repos for import; those that a rule leaves out or that are gone stay out.
	RepoImport RepoChange = "import"
	// RepoRetry tries those again whose last sync failed.
	RepoRetry RepoChange = "retry"
	// RepoPause ends the work on imported repos until RepoResume. What was read stays in the reports.
	RepoPause  RepoChange = "pause"
	RepoResume RepoChange = "resume"
	// RepoStop takes repos out of the reports. What was read of them stays and is there again after RepoImport.
	RepoStop RepoChange = "stop"
	// RepoKeep answers the question about an imported repo that a rule matches: it stays imported.
	RepoKeep RepoChange = "keep"
)
