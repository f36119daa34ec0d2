package git

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"weir/internal/facts"
)

// maxSettings bounds the size of a .mailmap or .gitattributes file that is read.
const maxSettings = 4 << 20

// Mailmap gives the text of .mailmap at a commit, nil when there is none.
func (r *Repository) Mailmap(ctx context.Context, commit Hash) ([]byte, error) {
	files, err := r.small(ctx, commit, func(p string) bool { return p == ".mailmap" })
	if err != nil {
		return nil, fmt.Errorf("read .mailmap: %w", err)
	}
	return files[".mailmap"], nil
}

// Attributes gives the rules of all .gitattributes files at a commit that say which files are generated or vendored,
// the root's first, each file's in its own order: where several fit a path, the last one of the deepest file counts.
func (r *Repository) Attributes(ctx context.Context, commit Hash) ([]facts.AttributeRule, error) {
	var order []string
	files, err := r.small(ctx, commit, func(p string) bool {
		if path.Base(p) != ".gitattributes" {
			return false
		}
		order = append(order, p)
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read .gitattributes: %w", err)
	}
	var rules []facts.AttributeRule
	for _, p := range order {
		dir := strings.TrimSuffix(p, ".gitattributes")
		rules = append(rules, ParseAttributes(dir, string(files[p]))...)
	}
	return rules, nil
}

// small reads the regular files of a commit that want chooses, in the order of the tree. What is missing or large is
// left out.
func (r *Repository) small(ctx context.Context, commit Hash, want func(path string) bool) (map[string][]byte, error) {
	list, err := r.git("ls-tree", "-r", "-z", "--full-tree", commit.String()).run(ctx)
	if err != nil {
		return nil, err
	}
	chosen := map[string]Hash{}
	for line := range strings.SplitSeq(string(list), "\x00") {
		meta, name, _ := strings.Cut(line, "\t")
		field := strings.Fields(meta)
		if len(field) != 3 || !strings.HasPrefix(field[0], "100") || !want(name) {
			continue
		}
		if chosen[name], err = ParseHash(field[2]); err != nil {
			return nil, err
		}
	}
	if len(chosen) == 0 {
		return nil, nil
	}
	return r.contents(ctx, chosen)
}

func (r *Repository) contents(ctx context.Context, chosen map[string]Hash) (files map[string][]byte, err error) {
	objects, err := r.Objects(ctx)
	if err != nil {
		return nil, err
	}
	objects.MaxSize = maxSettings
	defer func() { err = errors.Join(err, objects.Close()) }()
	files = map[string][]byte{}
	for name, h := range chosen {
		obj, err := objects.Read(h, nil)
		if err != nil && !Unreadable(err) {
			return nil, err
		}
		if err == nil && !obj.Large {
			files[name] = obj.Data
		}
	}
	return files, nil
}

// ParseAttributes reads the rules of one .gitattributes file that bear on what counts. dir is "" for the root, else it
// ends in a slash.
func ParseAttributes(dir, text string) []facts.AttributeRule {
	var rules []facts.AttributeRule
	for line := range strings.Lines(text) {
		pattern, rest, ok := cutPattern(strings.TrimSpace(line))
		if !ok {
			continue
		}
		rule := facts.AttributeRule{Dir: dir, Pattern: pattern}
		for attribute := range strings.FieldsSeq(rest) {
			name, on := attributeValue(attribute)
			switch name {
			case "linguist-generated":
				rule.Generated = &on
			case "linguist-vendored":
				rule.Vendored = &on
			}
		}
		if rule.Generated != nil || rule.Vendored != nil {
			rules = append(rules, rule)
		}
	}
	return rules
}

// cutPattern takes the pattern off a line; one in double quotes may hold blanks. Comments and macros have none.
func cutPattern(line string) (pattern, rest string, ok bool) {
	if line == "" || line[0] == '#' || strings.HasPrefix(line, "[attr]") {
		return "", "", false
	}
	if line[0] == '"' {
		quoted, err := strconv.QuotedPrefix(line)
		if err == nil {
			pattern, err = strconv.Unquote(quoted)
		}
		return pattern, strings.TrimPrefix(line, quoted), err == nil && pattern != ""
	}
	end := strings.IndexAny(line, " \t")
	if end < 0 {
		return "", "", false
	}
	return line[:end], line[end:], true
}

// attributeValue reads name, -name, or name=value.
func attributeValue(s string) (name string, on bool) {
	if rest, off := strings.CutPrefix(s, "-"); off {
		return rest, false
	}
	name, value, given := strings.Cut(s, "=")
	return name, !given || value == "true" || value == "1"
}
