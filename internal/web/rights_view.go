package web

import (
	"slices"

	"weir/internal/connect"
	"weir/internal/facts"
)

// rightsRow is what is possible in one organization, or in several where it is the same.
type rightsRow struct {
	// Organizations are the first few, More the others.
	Organizations, More []string
	Role                string
	Cells               []rightsCell
}

type rightsCell struct {
	Available bool
	Reason    string
}

const (
	// rightsOneByOne is up to how many organizations have a row each.
	rightsOneByOne = 12
	// rightsNamed is how many of the organizations that share a row are named at once.
	rightsNamed = 3
)

// viewRights makes the table organization x service of what a test found.
func viewRights(organizations []connect.Organization, services []connect.ServiceRow) []rightsRow {
	var rows []rightsRow
	for _, row := range oneByOne(organizations, services) {
		at := -1
		if len(organizations) > rightsOneByOne {
			at = slices.IndexFunc(rows, func(r rightsRow) bool { return r.Role == row.Role && slices.Equal(r.Cells, row.Cells) })
		}
		switch {
		case at < 0:
			rows = append(rows, row)
		case len(rows[at].Organizations) < rightsNamed:
			rows[at].Organizations = append(rows[at].Organizations, row.Organizations...)
		default:
			rows[at].More = append(rows[at].More, row.Organizations...)
		}
	}
	return rows
}

// oneByOne gives a row for each organization that the test speaks of; one whose installation is suspended
// is not among those that it saw.
func oneByOne(organizations []connect.Organization, services []connect.ServiceRow) []rightsRow {
	var rows []rightsRow
	for _, o := range organizations {
		role := o.Role
		if o.Personal {
			role = "own account"
		}
		rows = append(rows, rightsRow{Organizations: []string{o.Login}, Role: role})
	}
	for _, s := range services {
		if !slices.ContainsFunc(rows, func(r rightsRow) bool { return r.Organizations[0] == s.Organization }) {
			rows = append(rows, rightsRow{Organizations: []string{s.Organization}, Role: connectRoleNone})
		}
	}
	told := map[connect.ServiceRow]rightsCell{}
	for _, s := range services {
		told[connect.ServiceRow{Organization: s.Organization, Service: s.Service}] = rightsCell{s.Available, s.Reason}
	}
	for i := range rows {
		for _, service := range facts.Services {
			cell, known := told[connect.ServiceRow{Organization: rows[i].Organizations[0], Service: string(service)}]
			if !known {
				cell.Reason = "The test did not tell."
			}
			rows[i].Cells = append(rows[i].Cells, cell)
		}
	}
	return rows
}

const connectRoleNone = "none"

// nowhere gives the reason why a service works in no organization at all, empty when it works in one.
func nowhere(rows []connect.ServiceRow, service facts.Service) string {
	reason := ""
	for _, row := range rows {
		if row.Service != string(service) {
			continue
		}
		if row.Available {
			return ""
		}
		if reason == "" {
			reason = row.Reason
		}
	}
	return reason
}
