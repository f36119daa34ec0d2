package ghes

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
)

func (s *Server) commitRoutes() []route {
	var routes []route
	for _, at := range []string{"/repos/{owner}/{repo}", "/repositories/{repository_id}"} {
		routes = append(routes, route{pattern: "GET " + at + "/commits", scopes: repoScopes,
			anonymous: true, permission: "contents=read", answer: s.commits})
	}
	return routes
}

// GET /repos/{owner}/{repo}/commits
func (s *Server) commits(c *call) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	rev := cmp.Or(c.URL.Query().Get("sha"), r.DefaultBranch)
	commits, err := gitCommits(c.Context(), r.GitDir, rev, 0)
	if err != nil {
		return nil, err
	}
	if commits == nil {
		return nil, refuse(409, "Git Repository is empty.")
	}
	commits = page(c, fmt.Sprintf("/repositories/%d/commits", r.ID), commits)
	return each(commits, func(g gitCommit) document { return c.commitDocument(r, g) }), nil
}

// gitCommit is a commit's entry in the log.
type gitCommit struct {
	sha, tree                            string
	parents                              []string
	authorName, authorEmail, authorDate  string
	committerName, committerEmail, dated string
	message                              string
}

// gitCommits lists a revision's ancestry, newest first, up to a number unless that is 0; nil when
// there is no such revision.
func gitCommits(ctx context.Context, dir, rev string, most int) ([]gitCommit, error) {
	if dir == "" || strings.HasPrefix(rev, "-") {
		return nil, nil
	}
	if !hasRevisions(ctx, dir, rev) {
		return nil, nil
	}
	if most == 0 {
		most = -1
	}
	return gitLog(ctx, dir, "--max-count="+strconv.Itoa(most), rev)
}

// gitCommitsByID lists commits in the order given; those that are not there are left out.
func gitCommitsByID(ctx context.Context, dir string, ids []string) ([]gitCommit, error) {
	if dir == "" || len(ids) == 0 {
		return nil, nil
	}
	return gitLog(ctx, dir, append([]string{"--no-walk=unsorted", "--ignore-missing"}, ids...)...)
}

func gitLog(ctx context.Context, dir string, args ...string) ([]gitCommit, error) {
	const format = "--format=%H%x1f%T%x1f%P%x1f%an%x1f%ae%x1f%ad%x1f%cn%x1f%ce%x1f%cd%x1f%B"
	out, err := git(ctx, dir, append([]string{"log", "-z", "--no-show-signature", "--encoding=UTF-8",
		"--date=format-local:%Y-%m-%dT%H:%M:%SZ", format}, args...)...)
	if err != nil {
		return nil, err
	}
	commits := []gitCommit{}
	for entry := range strings.SplitSeq(strings.ToValidUTF8(string(out), "\uFFFD"), "\x00") {
		if f := strings.SplitN(entry, "\x1f", 10); len(f) == 10 {
			commits = append(commits, gitCommit{f[0], f[1], strings.Fields(f[2]),
				f[3], f[4], f[5], f[6], f[7], f[8], strings.TrimRight(f[9], "\n")})
		}
	}
	return commits, nil
}

// hasRevisions is whether a repository has a revision, or both ends of a range.
func hasRevisions(ctx context.Context, dir, rev string) bool {
	for end := range strings.SplitSeq(rev, "..") {
		if _, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", end+"^{commit}"); err != nil {
			return false
		}
	}
	return true
}

// gitRevisions lists the ids of what head has and base has not, from the oldest to the newest.
func gitRevisions(ctx context.Context, dir, base, head string) ([]string, error) {
	if dir == "" || base == "" || head == "" || !hasRevisions(ctx, dir, base+".."+head) {
		return nil, nil
	}
	out, err := git(ctx, dir, "rev-list", "--reverse", "--topo-order", base+".."+head)
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(out)), nil
}

func (c *call) commitDocument(r Repo, g gitCommit) document {
	at := c.api + "/repos/" + r.FullName()
	parents := []document{}
	for _, p := range g.parents {
		parents = append(parents, document{
			"sha": p, "url": at + "/commits/" + p, "html_url": c.web + "/" + r.FullName() + "/commit/" + p,
		})
	}
	return document{
		"sha": g.sha, "node_id": nodeID("Commit", r.ID) + g.sha, "parents": parents,
		"url":          at + "/commits/" + g.sha,
		"html_url":     c.web + "/" + r.FullName() + "/commit/" + g.sha,
		"comments_url": at + "/commits/" + g.sha + "/comments",
		"author":       c.commitAccount(g.authorEmail),
		"committer":    c.commitAccount(g.committerEmail),
		"commit": document{
			"url":       at + "/git/commits/" + g.sha,
			"author":    document{"name": g.authorName, "email": g.authorEmail, "date": g.authorDate},
			"committer": document{"name": g.committerName, "email": g.committerEmail, "date": g.dated},
			"message":   g.message, "comment_count": 0,
			"tree": document{"sha": g.tree, "url": at + "/git/trees/" + g.tree},
			"verification": document{"verified": false, "reason": "unsigned", "signature": nil,
				"payload": nil, "verified_at": nil},
		},
	}
}

// commitAccount is the account that owns an e-mail address; a commit may belong to nobody.
func (c *call) commitAccount(email string) any {
	u, ok := c.s.World.userByEmail(email)
	if !ok {
		return nil
	}
	return c.simpleUser(u)
}
