package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"weir/internal/git"
	"weir/internal/secret"
)

// repositoryFlags name a repository that is read without a server or an account.
type repositoryFlags struct {
	Repository string `arg:"" name:"path-or-url" help:"A folder with a git repository, bare or not, or an https address to clone from."`
	TokenFile  string `help:"File whose first line is an access token for the https address." type:"path" placeholder:"FILE"`
	CAFile     string `name:"ca-file" help:"Certificate authority to trust beside the system's, in PEM." type:"path" placeholder:"FILE"`
}

// open gives the repository; the second value removes what was fetched for it and must be called.
func (f *repositoryFlags) open(ctx context.Context, bar *progress) (*git.Repository, func(), error) {
	nothing := func() {}
	if !isURL(f.Repository) {
		repo, err := git.Open(ctx, f.Repository)
		if err != nil {
			return nil, nothing, explainOpen(f.Repository, err)
		}
		return repo, nothing, nil
	}
	access, err := f.access()
	if err != nil {
		return nil, nothing, err
	}
	dir, err := os.MkdirTemp("", "weir-mirror-")
	if err != nil {
		return nil, nothing, explainDisk(err, os.TempDir(), "TMPDIR")
	}
	remove := func() { _ = os.RemoveAll(dir) }
	mirror := git.Mirror{Dir: filepath.Join(dir, "mirror.git")}
	_, err = mirror.Fetch(ctx, access, func(p git.FetchProgress) {
		bar.show(string(p.Phase), p.Done, p.Total, "objects")
	})
	if err != nil {
		remove()
		return nil, nothing, explainDisk(err, os.TempDir(), "TMPDIR")
	}
	repo, err := git.Open(ctx, mirror.Dir)
	if err != nil {
		remove()
		return nil, nothing, err
	}
	return repo, remove, nil
}

// explainDisk says in words that a folder, which the person chose by a flag or a variable, is full or cannot be
// written. Other errors stay as they are.
func explainDisk(err error, folder, chosenBy string) error {
	var fetch *git.FetchError
	code := git.FetchCode("")
	if errors.As(err, &fetch) {
		code = fetch.Code
	}
	switch {
	case code == git.FetchDiskFull, errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("the disk that holds %s is full; free some space, or choose another folder with %s: %w", folder, chosenBy, err)
	case code == git.FetchDisk, errors.Is(err, syscall.EROFS), errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%s cannot be written; make it writable, or choose another folder with %s: %w", folder, chosenBy, err)
	}
	return err
}

func isURL(where string) bool { return strings.Contains(where, "://") }

func explainOpen(where string, err error) error {
	if _, statErr := os.Stat(where); errors.Is(statErr, os.ErrNotExist) {
		return fmt.Errorf("there is no folder %s; give a folder with a git repository, or an https address", where)
	}
	if errors.Is(err, git.ErrNotRepository) {
		return fmt.Errorf("%s holds no git repository; give its top folder, or a bare repository", where)
	}
	return err
}

func (f *repositoryFlags) access() (git.Access, error) {
	address, err := url.Parse(f.Repository)
	if err != nil {
		return git.Access{}, usageError{fmt.Errorf("%q is not an address", f.Repository)}
	}
	access := git.Access{PlainHTTP: address.Hostname() == "localhost" || address.Hostname() == "127.0.0.1", LocalFiles: address.Scheme == "file"}
	if password, set := address.User.Password(); set {
		access.Username, access.Password = address.User.Username(), secret.New(password)
	}
	address.User = nil
	access.URL = address.String()
	if f.TokenFile != "" {
		token, err := readSecretFile(f.TokenFile)
		if err != nil {
			return git.Access{}, err
		}
		access.Username, access.Password = "x-access-token", token
	}
	if f.CAFile != "" {
		pem, err := os.ReadFile(f.CAFile)
		if err != nil {
			return git.Access{}, fmt.Errorf("read the certificate authority: %w", err)
		}
		access.CAPEM = string(pem)
	}
	return access, nil
}

// readSecretFile gives the first line of a file.
func readSecretFile(name string) (secret.String, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return secret.String{}, fmt.Errorf("read the credential: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if line = strings.TrimSpace(line); line == "" {
		return secret.String{}, fmt.Errorf("the first line of %s is empty; put the credential there", name)
	}
	return secret.New(line), nil
}

// tips gives the refs whose history counts: those that revs name, else all branches, what is checked out
// first; HEAD too where it is on no branch. It is empty for a repository without a commit.
func tips(ctx context.Context, repo *git.Repository, revs []string) ([]git.Ref, error) {
	if len(revs) > 0 {
		return namedTips(ctx, repo, revs)
	}
	branches, err := repo.Refs(ctx, "refs/heads")
	if err != nil {
		return nil, err
	}
	if len(branches) == 0 {
		return headTip(ctx, repo)
	}
	head, err := repo.DefaultBranch(ctx)
	if err != nil {
		return nil, err
	}
	first := func(r git.Ref) bool { return r.Name == head }
	if head == "" {
		detached, err := headTip(ctx, repo)
		if err != nil {
			return nil, err
		}
		first = func(r git.Ref) bool { return len(detached) > 0 && r.Hash == detached[0].Hash }
		if !slices.ContainsFunc(branches, first) {
			branches = append(detached, branches...)
		}
	}
	if i := slices.IndexFunc(branches, first); i > 0 {
		branch := branches[i]
		branches = slices.Insert(slices.Delete(branches, i, i+1), 0, branch)
	}
	return branches, nil
}

func headTip(ctx context.Context, repo *git.Repository) ([]git.Ref, error) {
	hash, err := repo.Resolve(ctx, "HEAD")
	if errors.Is(err, git.ErrUnknownRevision) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []git.Ref{{Name: "HEAD", Hash: hash}}, nil
}

func namedTips(ctx context.Context, repo *git.Repository, revs []string) ([]git.Ref, error) {
	var found []git.Ref
	for _, rev := range revs {
		if !strings.ContainsAny(rev, "*?[") {
			hash, err := repo.Resolve(ctx, rev)
			if err != nil {
				return nil, fmt.Errorf("--rev %s: %w", rev, err)
			}
			found = append(found, git.Ref{Name: rev, Hash: hash})
			continue
		}
		matched, err := matchRefs(ctx, repo, rev)
		if err != nil {
			return nil, err
		}
		found = append(found, matched...)
	}
	return found, nil
}

// matchRefs gives the refs whose full name, or name below refs/heads, fits a pattern in which * crosses no slash
// except as the last character.
func matchRefs(ctx context.Context, repo *git.Repository, pattern string) ([]git.Ref, error) {
	all, err := repo.Refs(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, usageError{fmt.Errorf("--rev %s is not a pattern: %w", pattern, err)}
	}
	var matched []git.Ref
	for _, ref := range all {
		if fits(pattern, ref.Name) || fits(pattern, strings.TrimPrefix(ref.Name, "refs/heads/")) {
			matched = append(matched, ref)
		}
	}
	if len(matched) == 0 {
		return nil, fmt.Errorf("--rev %s names no branch or tag of the repository", pattern)
	}
	return matched, nil
}

func fits(pattern, name string) bool {
	if stem, open := strings.CutSuffix(pattern, "*"); open && !strings.ContainsAny(stem, "*?[") {
		return strings.HasPrefix(name, stem)
	}
	ok, _ := path.Match(pattern, name)
	return ok
}
