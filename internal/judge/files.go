package judge

import (
	"slices"
	"strings"

	"weir/internal/facts"
)

// Files decides which files of a repo count.
type Files struct {
	globs      []pattern
	attributes *attributes
	known      map[string]pathVerdict
}

// pathVerdict is what a path alone says.
type pathVerdict struct {
	// left is the reason by path, attributes and globs; empty when nothing but the content can leave it out.
	left facts.Reason
	// kept says that .gitattributes declares the file not to be generated.
	kept bool
}

// maxKnownPaths bounds how many paths are remembered; matching a path costs far more than looking it up.
const maxKnownPaths = 1 << 17

// NewFiles makes the rules of a repo ready: the workspace's and its own globs, its .gitattributes rules, and
// those that hold everywhere.
func NewFiles(rules facts.Rules, repo facts.Repo) *Files {
	f := &Files{attributes: newAttributes(repo.Attributes), known: map[string]pathVerdict{}}
	for _, glob := range slices.Concat(rules.Globs, repo.Globs) {
		f.globs = append(f.globs, newGlob(glob))
	}
	return f
}

// Reason says why a changed file does not count, empty when it does. What is no text goes by its kind; then
// comes, in this order: the repo's own globs, vendored, lock files, generated. .gitattributes wins over what
// is known of paths and of contents, both ways.
func (f *Files) Reason(change *facts.FileChange) facts.Reason {
	switch change.Kind {
	case facts.KindSubmodule:
		return facts.LeftSubmodule
	case facts.KindBinary:
		return facts.LeftBinary
	case facts.KindUnreadable:
		return facts.LeftUnreadable
	}
	v, ok := f.known[change.Path]
	if !ok {
		v = f.judge(change.Path)
		if len(f.known) >= maxKnownPaths {
			clear(f.known)
		}
		f.known[strings.Clone(change.Path)] = v
	}
	if v.left == facts.Counts && change.Generated && !v.kept {
		return facts.LeftGenerated
	}
	return v.left
}

func (f *Files) judge(path string) pathVerdict {
	for _, glob := range f.globs {
		if glob.match("", path) {
			return pathVerdict{left: facts.LeftGlob}
		}
	}
	generated, vendor := f.attributes.of(path)
	switch {
	case yes(vendor) || vendor == nil && vendored(path):
		return pathVerdict{left: facts.LeftVendored}
	case generated != nil && !*generated:
		return pathVerdict{kept: true}
	case lockFile(path):
		return pathVerdict{left: facts.LeftLock}
	case yes(generated) || generatedByName(path):
		return pathVerdict{left: facts.LeftGenerated}
	}
	return pathVerdict{}
}

func yes(b *bool) bool { return b != nil && *b }

// lockFiles are files in which a package manager notes the versions that it chose.
var lockFiles = map[string]bool{
	".terraform.lock.hcl": true, "Berksfile.lock": true, "Brewfile.lock.json": true, "Cargo.lock": true, "Cartfile.resolved": true,
	"Chart.lock": true, "Gemfile.lock": true, "Gopkg.lock": true, "MODULE.bazel.lock": true, "Manifest.toml": true, "Package.resolved": true,
	"Pipfile.lock": true, "Podfile.lock": true, "Puppetfile.lock": true, "bun.lock": true, "bun.lockb": true, "cabal.project.freeze": true,
	"composer.lock": true, "conan.lock": true, "conda-lock.yml": true, "deno.lock": true, "esy.lock": true, "flake.lock": true, "gems.locked": true,
	"glide.lock": true, "go.sum": true, "go.work.sum": true, "gradle.lockfile": true, "mix.lock": true, "npm-shrinkwrap.json": true,
	"package-lock.json": true, "packages.lock.json": true, "paket.lock": true, "pdm.lock": true, "pixi.lock": true, "pnpm-lock.yaml": true,
	"poetry.lock": true, "pubspec.lock": true, "rebar.lock": true, "requirements.lock": true, "shard.lock": true, "stack.yaml.lock": true,
	"uv.lock": true, "vcpkg-lock.json": true, "yarn.lock": true,
}

func lockFile(path string) bool { return lockFiles[path[strings.LastIndexByte(path, '/')+1:]] }
