package facts

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CommentKind is where a comment stands.
type CommentKind string

// Conversation comments stand below a pull request or a ticket, line comments at lines of a pull request.
const (
	CommentConversation CommentKind = "conversation"
	CommentLine         CommentKind = "line"
)

// Comment is one comment on a pull request or a ticket.
type Comment struct {
	Repo RepoID
	// Number is that of the pull request or the ticket.
	Number   int
	Kind     CommentKind
	ServerID int64
	NodeID   string
	Author   Actor
	Text
	CreatedAt, UpdatedAt int64
	// ReviewID is the review that it came with, RootID the first comment of its thread (its own id for that
	// one); both are 0 for a conversation comment.
	ReviewID, RootID int64
	// Path, StartLine and Line are what a line comment was made at, in the commit CommitHash; lines are 0 when not told.
	Path            string
	StartLine, Line int
	// OldSide says that the lines are those of the base.
	OldSide    bool
	CommitHash string
	// GoneAt is when the server said that it does not exist, 0 while it does.
	GoneAt int64
}

// Text is what is kept of a body: enough to judge it, not the body.
type Text struct {
	// Words counts the words that its author wrote: quoted lines and code are left out.
	Words int
	// Suggestion says that it holds a change of code to be taken over.
	Suggestion bool
	// Excerpt is its beginning, at most 200 characters on one line. Rules that leave out comments look at it.
	Excerpt string
}

var (
	suggestionBlock = regexp.MustCompile("(?m)^\\s*(```|~~~)+suggestion")
	htmlComment     = regexp.MustCompile(`(?s)<!--.*?(-->|$)`)
)

// NewText reads a body in GitHub's Markdown.
func NewText(body string) Text {
	body = htmlComment.ReplaceAllString(strings.ToValidUTF8(body, "\uFFFD"), " ")
	t := Text{Suggestion: suggestionBlock.MatchString(body), Excerpt: excerpt(body)}
	fence := ""
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		switch {
		case fence != "":
			if strings.HasPrefix(line, fence) {
				fence = ""
			}
		case strings.HasPrefix(line, "```"), strings.HasPrefix(line, "~~~"):
			fence = line[:3]
		case strings.HasPrefix(line, ">"):
		default:
			t.Words += countWords(line)
		}
	}
	return t
}

// countWords counts runs of non-space characters that hold a letter, a digit or a symbol such as an emoji.
func countWords(line string) int {
	n := 0
	for _, field := range strings.Fields(line) {
		if strings.ContainsFunc(field, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r > 0x2000 }) {
			n++
		}
	}
	return n
}

const excerptLength = 200

func excerpt(body string) string {
	text := strings.Join(strings.Fields(body[:min(len(body), 8*excerptLength)]), " ")
	if utf8.RuneCountInString(text) <= excerptLength {
		return strings.ToValidUTF8(text, "")
	}
	return string([]rune(strings.ToValidUTF8(text, ""))[:excerptLength-1]) + "…"
}
