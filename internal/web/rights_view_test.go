package web

import (
	"fmt"
	"testing"

	"weir/internal/connect"
)

func rightsIn(n int, role func(i int) string) ([]connect.Organization, []connect.ServiceRow) {
	var organizations []connect.Organization
	var services []connect.ServiceRow
	for i := range n {
		o := connect.Organization{Login: fmt.Sprintf("org-%d", i), Role: role(i)}
		organizations = append(organizations, o)
		for _, service := range []string{"repos", "pull_requests", "tickets", "webhooks"} {
			row := connect.ServiceRow{Organization: o.Login, Service: service, Available: true}
			if service == "webhooks" && o.Role == "member" {
				row.Available, row.Reason = false, "The account is a member."
			}
			services = append(services, row)
		}
	}
	return organizations, services
}

func TestRightsAreOneRowForEachOfAFewOrganizations(t *testing.T) {
	t.Parallel()
	organizations, services := rightsIn(4, func(i int) string { return []string{"owner", "member"}[i%2] })
	services = append(services, connect.ServiceRow{Organization: "suspended", Service: "repos", Reason: "The installation is suspended."})
	rows := viewRights(organizations, services)
	if len(rows) != 5 {
		t.Fatalf("%d rows, want 5", len(rows))
	}
	if cell := rows[1].Cells[3]; cell.Available || cell.Reason != "The account is a member." || rows[1].Role != "member" {
		t.Errorf("webhooks of a member: %+v", rows[1])
	}
	if cell := rows[0].Cells[3]; !cell.Available {
		t.Errorf("webhooks of an owner: %+v", cell)
	}
	if last := rows[4]; last.Organizations[0] != "suspended" || last.Cells[0].Reason != "The installation is suspended." || last.Cells[1].Reason == "" {
		t.Errorf("an organization that was not seen: %+v", last)
	}
}

func TestRightsOfManyOrganizationsAreTold(t *testing.T) {
	t.Parallel()
	organizations, services := rightsIn(200, func(i int) string {
		if i%10 == 0 {
			return "owner"
		}
		return "member"
	})
	rows := viewRights(organizations, services)
	if len(rows) != 2 {
		t.Fatalf("%d rows, want one for owners and one for members", len(rows))
	}
	for i, want := range []int{20, 180} {
		if got := len(rows[i].Organizations) + len(rows[i].More); got != want || len(rows[i].Organizations) != rightsNamed {
			t.Errorf("row %d: %d organizations, %d named, want %d", i, got, len(rows[i].Organizations), want)
		}
	}
}

func TestAnAppThatIsInstalledInManyOrganizations(t *testing.T) {
	t.Parallel()
	organizations, services := rightsIn(40, func(int) string { return "none" })
	view := viewServices(&draft{Method: connect.MethodApp, Tested: &tested{Organizations: organizations, Services: services}})
	if len(view.Rows) != 1 || view.Rows[0].Role != "installed" || organizations[0].Role != "none" {
		t.Errorf("%d rows, the first %+v", len(view.Rows), view.Rows[0])
	}
}
