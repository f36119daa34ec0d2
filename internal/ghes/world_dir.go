package ghes

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// WorldFromDir makes a world of a folder of bare repositories: DIR/NAME.git belongs to an
// organization of the name given, DIR/OWNER/NAME.git to the organization OWNER. The account owner,
// whose password is given, owns them all. What is no repository is passed over.
func WorldFromDir(ctx context.Context, dir, organization, owner, password string) (*World, error) {
	w := NewWorld()
	w.AddUser(User{Login: owner, Name: owner, Password: password, SiteAdmin: true})
	for _, pattern := range []string{"*", "*/*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, fmt.Errorf("serve folder %s: %w", dir, err)
		}
		for _, path := range found {
			if !isBareRepository(path) {
				continue
			}
			name := organization
			if pattern == "*/*" {
				name = filepath.Base(filepath.Dir(path))
			}
			w.adopt(ctx, path, name, owner)
		}
	}
	if len(w.Repos()) == 0 {
		return nil, fmt.Errorf("serve folder %s: no bare repository in it: make one with "+
			"git clone --mirror URL %s", dir, filepath.Join(dir, "NAME.git"))
	}
	return w, nil
}

// isBareRepository is whether a folder looks like one, without asking git.
func isBareRepository(path string) bool {
	for _, part := range []string{"HEAD", "objects", "refs"} {
		if _, err := os.Stat(filepath.Join(path, part)); err != nil {
			return false
		}
	}
	return true
}

func (w *World) adopt(ctx context.Context, path, organization, owner string) {
	if _, ok := w.Organization(organization); !ok {
		w.AddOrganization(Organization{Login: organization, Name: organization})
		w.SetMember(organization, Member{Login: owner, Role: RoleAdmin})
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		absolute = path
	}
	w.AddRepo(Repo{
		Owner: organization, Name: strings.TrimSuffix(filepath.Base(path), ".git"),
		Visibility: Private, GitDir: absolute, PushedAt: lastCommit(ctx, absolute), SizeKB: packedKB(ctx, absolute),
	})
}

// lastCommit is the newest committer time of any branch, zero when that cannot be told.
func lastCommit(ctx context.Context, dir string) time.Time {
	out, err := git(ctx, dir, "for-each-ref", "--count=1", "--sort=-committerdate",
		"--format=%(committerdate:unix)", "refs/heads/")
	seconds, bad := strconv.ParseInt(string(bytes.TrimSpace(out)), 10, 64)
	if err != nil || bad != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

func packedKB(ctx context.Context, dir string) int {
	out, err := git(ctx, dir, "count-objects", "-v")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(out)) {
		if size, ok := strings.CutPrefix(line, "size-pack: "); ok {
			kb, _ := strconv.Atoi(strings.TrimSpace(size))
			return kb
		}
	}
	return 0
}
