package judge

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/go-enry/go-enry/v2"
	"github.com/go-enry/go-enry/v2/data"
)

// generatedNames fit one rule each of go-enry's on names of generated files, in its order.
var generatedNames = []string{
	"a/.idea/x.xml", "Pods/A/a.m", "Carthage/Build/a", "Form.Designer.VB", "a.Feature.cs", "node_modules/a.go",
	"x/vendor/github.com/a/a.go", "Gopkg.lock", "glide.lock", "poetry.lock", "pdm.lock", "uv.lock", "a.esy.lock", "deno.lock",
	"npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml", "a/.pnp.cjs", "Godeps/a", "composer.lock", "a.zep.c", "Cargo.lock",
	"Cargo.toml.orig", "flake.lock", "a/MODULE.bazel.lock", "Pipfile.lock", "x/.terraform.lock.hcl", "a/__generated__/b.js",
	"A_TLB.pas", "htmlcov/index.html", "a/.sqlx/query-1.json",
}

// generatedOtherwise fit its extensions, and the rules on contents that do with a name.
var generatedOtherwise = []string{"a/Main.nib", "x.XCWorkspaceData", "x.xcuserstate", "a.JS.map", "b.css.map"}

// TestGeneratedNamesAreAllThere fails when go-enry has a rule that no literal stands for.
func TestGeneratedNamesAreAllThere(t *testing.T) {
	t.Parallel()
	if len(generatedNames) != len(data.GeneratedCodeNameMatchers) {
		t.Errorf("go-enry has %d rules on names, of which %d are known here", len(data.GeneratedCodeNameMatchers), len(generatedNames))
	}
	for i, matches := range data.GeneratedCodeNameMatchers {
		if !matches(generatedNames[i]) {
			t.Errorf("rule %d is not the one that %s is for", i, generatedNames[i])
		}
	}
	if n := len(data.GeneratedCodeExtensions); n != 3 {
		t.Errorf("go-enry has %d extensions of generated files, of which 3 are known here", n)
	}
	if n := len(data.GeneratedCodeMatchers); n != 31 {
		t.Errorf("go-enry has %d rules on contents: see whether the new ones do with a name, and what history takes them for", n)
	}
	for _, name := range append(generatedOtherwise, generatedNames...) {
		if !generatedByName(name) {
			t.Errorf("%s is not generated any more", name)
		}
	}
}

// TestPathRulesAgree compares with go-enry's own answers on paths put together from what its rules look for.
func TestPathRulesAgree(t *testing.T) {
	t.Parallel()
	parts := []string{
		"a", "src", ".js", ".css", "min", "-", ".", "lib", "d3", "v3", "3rd", "Third", "Party", "party/", "jquery-1.2.3", "ui", "docs", "_build",
		"import", "custom.bootstrap", "Vvendor", "VVendor/", "1.2/", "packages", "Packages/", ".4/", "xx.d.ts", "extern", "als/", "env", "waf", "λ", "\xff",
	}
	for rule := range vendorRules().byStart {
		parts = append(parts, string(rule[:]))
	}
	for _, rules := range vendorRules().byStart {
		for _, rule := range rules {
			parts = append(parts, rule.literal)
		}
	}
	parts = append(append(parts, generatedNames...), generatedOtherwise...)
	random := rand.New(rand.NewPCG(1, 2))
	told := map[[2]bool]int{}
	for range 60_000 {
		var path strings.Builder
		for range 1 + random.IntN(4) {
			path.WriteString(parts[random.IntN(len(parts))])
			if random.IntN(2) == 0 {
				path.WriteByte('/')
			}
		}
		vendor, generated := enry.IsVendor(path.String()), enry.IsGenerated(path.String(), nil)
		if vendored(path.String()) != vendor || generatedByName(path.String()) != generated {
			t.Fatalf("%q: vendored %v, generated %v; go-enry says %v and %v", path.String(), !vendor, !generated, vendor, generated)
		}
		told[[2]bool{vendor, generated}]++
	}
	if len(told) != 4 {
		t.Errorf("only %v was asked", told)
	}
}

func TestMostVendorRulesHaveALiteral(t *testing.T) {
	t.Parallel()
	if n := len(vendorRules().always); n > 3 {
		t.Errorf("%d of %d rules are asked for every path", n, len(data.VendorMatchers))
	}
}
