package access

import "slices"

// Role is a named set of rights. Roles are stable words: they are stored and appear in addresses.
type Role string

// The roles that every Weir has.
const (
	RoleAdmin     Role = "admin"
	RoleExecutive Role = "executive"
	RoleTeamLead  Role = "team_lead"
	RoleMember    Role = "team_member"
)

// Roles lists them from the most to the fewest rights.
var Roles = []Role{RoleAdmin, RoleExecutive, RoleTeamLead, RoleMember}

// Right is one thing that a user may do.
type Right string

// The rights. Those for integrations have three levels, each given on its own.
const (
	ViewReports     Right = "view_reports"
	ViewIndividuals Right = "view_individuals"
	// ViewIntegrations sees integrations, their state and the ledger of requests.
	ViewIntegrations Right = "view_integrations"
	// ManageIntegrations adds, edits, pauses and imports.
	ManageIntegrations Right = "manage_integrations"
	// DeleteIntegrations deletes an integration with its data.
	DeleteIntegrations Right = "delete_integrations"
	ManagePeople       Right = "manage_people"
	ManageRules        Right = "manage_rules"
	ManageUsers        Right = "manage_users"
)

var rights = map[Role][]Right{
	RoleAdmin: {ViewReports, ViewIndividuals, ViewIntegrations, ManageIntegrations, DeleteIntegrations,
		ManagePeople, ManageRules, ManageUsers},
	RoleExecutive: {ViewReports, ViewIndividuals, ViewIntegrations},
	RoleTeamLead:  {ViewReports, ViewIndividuals, ViewIntegrations, ManagePeople},
	RoleMember:    {ViewReports},
}

// Has tells whether the role holds a right; an unknown role holds none.
func (r Role) Has(right Right) bool { return slices.Contains(rights[r], right) }

// Rights lists what the role holds, in the order of the page.
func (r Role) Rights() []Right { return slices.Clone(rights[r]) }

// Valid tells whether there is such a role.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// Title is the role's name for people.
func (r Role) Title() string {
	switch r {
	case RoleAdmin:
		return "Admin"
	case RoleExecutive:
		return "Executive"
	case RoleTeamLead:
		return "Team lead"
	case RoleMember:
		return "Team member"
	}
	return string(r)
}
