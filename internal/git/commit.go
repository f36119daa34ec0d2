package git

import (
	"bytes"
	"strconv"
	"strings"
)

// Signature says who did something and when, as committed.
type Signature struct {
	// Name and Email are the bytes of the commit, without the brackets and the space around them; either may be
	// empty and neither need be UTF-8.
	Name, Email string
	// When is in Unix seconds, 0 when the commit gives none that can be read; negative and huge values occur.
	When int64
	// Offset is the distance from UTC in seconds, east positive. Real histories hold values such as +051800.
	Offset int
}

// Commit is a parsed commit object.
type Commit struct {
	Hash, Tree        Hash
	Parents           []Hash
	Author, Committer Signature
	// Encoding is the encoding header, empty for UTF-8.
	Encoding string
	// Message is as committed.
	Message []byte
}

// ParseCommit reads the bytes of a commit object. It fails only when the tree or a parent cannot be read; a broken
// author or committer line gives what can be told of it. The result does not keep data alive.
func ParseCommit(hash Hash, data []byte) (*Commit, error) {
	c := &Commit{Hash: hash}
	head, message, _ := bytes.Cut(data, []byte("\n\n"))
	if bytes.HasPrefix(data, []byte("\n")) {
		head, message = nil, data[1:]
	}
	c.Message = bytes.Clone(message)
	for line := range bytes.SplitSeq(head, []byte("\n")) {
		key, value, _ := bytes.Cut(line, []byte(" "))
		if err := c.header(string(key), string(value)); err != nil {
			return nil, &CorruptError{Hash: hash, Why: err.Error()}
		}
	}
	if c.Tree.IsZero() {
		return nil, &CorruptError{Hash: hash, Why: "a commit without a tree"}
	}
	return c, nil
}

// parseParents appends the parents of a commit object, which stand in front of its author. It fails where ParseCommit
// does, as far as it reads.
func parseParents(parents []Hash, hash Hash, data []byte) ([]Hash, error) {
	tree := false
	for len(data) > 0 && data[0] != '\n' {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		key, value, _ := bytes.Cut(line, []byte(" "))
		isTree, isParent := string(key) == "tree" && !tree, string(key) == "parent"
		if tree && string(key) == "author" {
			break
		}
		if !isTree && !isParent {
			continue
		}
		h, err := ParseHash(string(value))
		if err != nil {
			return parents, &CorruptError{Hash: hash, Why: err.Error()}
		}
		if isParent {
			parents = append(parents, h)
		}
		tree = tree || isTree && !h.IsZero()
	}
	if !tree {
		return parents, &CorruptError{Hash: hash, Why: "a commit without a tree"}
	}
	return parents, nil
}

// header takes one header line. A continuation line has an empty key and is passed over, like unknown headers.
func (c *Commit) header(key, value string) (err error) {
	switch key {
	case "tree":
		if c.Tree.IsZero() {
			c.Tree, err = ParseHash(value)
		}
	case "parent":
		var p Hash
		if p, err = ParseHash(value); err == nil {
			c.Parents = append(c.Parents, p)
		}
	case "author":
		c.Author = ParseSignature(value)
	case "committer":
		c.Committer = ParseSignature(value)
	case "encoding":
		c.Encoding = value
	}
	return err
}

// ParseSignature reads "Name <email> seconds offset" as leniently as git does: the e-mail ends at the first '>', the
// date follows the last one, and what cannot be read is left zero.
func ParseSignature(line string) Signature {
	var s Signature
	open := strings.IndexByte(line, '<')
	if open < 0 {
		s.Name = strings.TrimSpace(line)
		return s
	}
	s.Name = strings.TrimSpace(line[:open])
	rest := line[open+1:]
	end := strings.IndexByte(rest, '>')
	if end < 0 {
		s.Email = rest
		return s
	}
	s.Email = rest[:end]
	// The date follows the last bracket: "A <a@b> <c@d> 1 +0000" occurs.
	date := strings.Fields(rest[strings.LastIndexByte(rest, '>')+1:])
	if len(date) > 0 {
		s.When = parseSeconds(date[0])
	}
	if len(date) > 1 {
		s.Offset = parseOffset(date[1])
	}
	return s
}

// parseSeconds gives 0 for what is no number; a number beyond int64 is cut to the nearest end.
func parseSeconds(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil && n == 0 {
		return 0
	}
	return n
}

// parseOffset reads +HHMM; the last two digits are minutes, whatever comes before them hours.
func parseOffset(s string) int {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return 0
	}
	return int(n/100*3600 + n%100*60)
}
