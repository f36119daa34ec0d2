// Package history replays a repository commit by commit and knows, at every commit, who wrote each line.
//
// The ownership is that of plain `git blame`: renames followed, merges attributed parent by parent, no mailmap.
// From it every commit's changes are typed by whose lines they touch and how old those were (facts.FileChange).
package history
