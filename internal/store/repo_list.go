package store

import (
	"context"
	"strings"

	"weir/internal/facts"
)

// RepoFilter narrows a list of repos. Zero fields do not narrow.
type RepoFilter struct {
	Integration  facts.IntegrationID
	Organization facts.OrganizationID
	// Search finds text in OWNER/NAME, in any case.
	Search string
	// Imported, Archived, Fork and Paused narrow to yes or no; nil to neither.
	Imported, Archived, Fork, Paused *bool
	// Excluded narrows to those that a rule leaves out, or to those that none does.
	Excluded *bool
	// Exclusion narrows to repos that this rule matches first.
	Exclusion facts.ExclusionID
	// Asked narrows to imported repos that a rule matches and about which nobody has decided.
	Asked bool
	// NoLanguage narrows to repos in which the server found no language.
	NoLanguage bool
	// Phases narrows to repos whose sync of commits stands in one of these.
	Phases []facts.Phase
	// Visibility is public, private or internal.
	Visibility string
	// PushedSince narrows to repos pushed to at or after this instant.
	PushedSince int64
	// Gone includes repos that are gone from the server and were not imported, which are left out otherwise.
	Gone bool
	// GoneOnly narrows to imported repos that are gone from the server.
	GoneOnly bool
	// UnseenSince narrows to repos that the server has not named since this instant.
	UnseenSince int64
	// IDs narrows to these.
	IDs []facts.RepoID
}

// RepoRow is a repo with the state of its commits; the state of one never synced has an empty Phase.
type RepoRow struct {
	facts.Repo
	Sync facts.SyncState
}

func (f RepoFilter) statement() *statement {
	s := &statement{}
	if f.Integration != 0 {
		s.where("r.integration_id = ?", f.Integration)
	} else {
		s.where("r.integration_id IN (SELECT i.id FROM integrations i WHERE i.deleted_at = 0)")
	}
	if f.Organization != 0 {
		s.where("r.organization_id = ?", f.Organization)
	}
	if text := strings.TrimSpace(f.Search); text != "" {
		s.where(`lower(r.full_name) LIKE ? ESCAPE '\'`, like(text))
	}
	f.whereFlags(s)
	f.whereDecided(s)
	f.wherePhases(s)
	whereIn(s, "r.id", f.IDs)
	return s
}

func (f RepoFilter) wherePhases(s *statement) {
	if len(f.Phases) == 0 {
		return
	}
	marks := make([]string, len(f.Phases))
	for i, phase := range f.Phases {
		marks[i] = s.arg(phase)
	}
	s.conds = append(s.conds, "s.phase IN ("+strings.Join(marks, ",")+")")
}

func (f RepoFilter) whereFlags(s *statement) {
	if f.NoLanguage {
		s.where("r.language = ''")
	}
	if f.Archived != nil {
		s.where("r.archived = ?", *f.Archived)
	}
	if f.Fork != nil {
		s.where("r.fork = ?", *f.Fork)
	}
	if f.Visibility != "" {
		s.where("r.visibility = ?", f.Visibility)
	}
	if f.PushedSince != 0 {
		s.where("r.pushed_at >= ?", f.PushedSince)
	}
	if f.UnseenSince != 0 {
		s.where("r.seen_at < ?", f.UnseenSince)
	}
	switch {
	case f.GoneOnly:
		s.where("r.gone_at > 0 AND r.imported_at > 0")
	case !f.Gone:
		s.where("r.gone_at = 0 OR r.imported_at > 0")
	}
}

// whereDecided narrows by what people and rules decided.
func (f RepoFilter) whereDecided(s *statement) {
	s.whereSet("r.imported_at", f.Imported)
	s.whereSet("r.paused_at", f.Paused)
	s.whereSet("r.exclusion_id", f.Excluded)
	if f.Exclusion != 0 {
		s.where("r.exclusion_id = ?", f.Exclusion)
	}
	if f.Asked {
		s.where("r.imported_at > 0 AND r.exclusion_id > 0 AND r.exclusion_kept = FALSE")
	}
}

const repoListFrom = ` FROM repos r LEFT JOIN sync_states s ON s.repo_id = r.id AND s.kind = 'commits'`

// Repos lists one page of the repos that the filter lets through, by full name, and how many there are in all.
func (q *queries) Repos(ctx context.Context, f RepoFilter, page facts.Page) ([]RepoRow, int, error) {
	s := f.statement()
	total, err := one(ctx, q, "count repos", scanOne[int], `SELECT COUNT(*)`+repoListFrom+s.clause(), s.args...)
	if err != nil {
		return nil, 0, err
	}
	rows, err := list(ctx, q, "list repos", scanRepoRow,
		`SELECT `+repoColumns+`, `+syncStateOrNone+repoListFrom+s.clause()+` ORDER BY lower(r.full_name), r.id`+s.page(page), s.args...)
	return rows, total, err
}

// RepoIDs gives the ids of all repos that the filter lets through: what "select all" means across pages.
func (q *queries) RepoIDs(ctx context.Context, f RepoFilter) ([]facts.RepoID, error) {
	s := f.statement()
	return list(ctx, q, "list repo ids", scanOne[facts.RepoID], `SELECT r.id`+repoListFrom+s.clause()+` ORDER BY r.id`, s.args...)
}

// RepoGroup is how many repos of an organization a filter lets through.
type RepoGroup struct {
	Organization facts.OrganizationID
	Repos        int
}

// RepoGroups lists one page of the organizations in which the filter lets repos through, by login, and how
// many such organizations there are in all.
func (q *queries) RepoGroups(ctx context.Context, f RepoFilter, page facts.Page) ([]RepoGroup, int, error) {
	s := f.statement()
	total, err := one(ctx, q, "count organizations of repos", scanOne[int],
		`SELECT COUNT(DISTINCT r.organization_id)`+repoListFrom+s.clause(), s.args...)
	if err != nil {
		return nil, 0, err
	}
	scan := func(row scanner) (g RepoGroup, err error) {
		err = row.Scan(&g.Organization, &g.Repos)
		return g, err
	}
	groups, err := list(ctx, q, "group repos", scan, `SELECT o.id, COUNT(*)`+repoListFrom+` JOIN organizations o ON o.id = r.organization_id`+
		s.clause()+` GROUP BY o.id, o.login ORDER BY lower(o.login), o.id`+s.page(page), s.args...)
	return groups, total, err
}

func scanRepoRow(row scanner) (RepoRow, error) {
	var r repoScan
	var st facts.SyncState
	if err := row.Scan(append(r.into(), syncStateInto(&st)...)...); err != nil {
		return RepoRow{}, err
	}
	repo, err := r.done()
	return RepoRow{Repo: repo, Sync: st}, err
}
