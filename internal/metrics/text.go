package metrics

import (
	"fmt"
	"strings"
)

// Definitions lists every definition, in the order of docs/METRICS.md.
func Definitions() []Definition {
	var all []Definition
	for _, m := range OfCommits() {
		all = append(all, m.Definition)
	}
	all = append(all, ComplexityDefinition)
	for _, m := range OfReviews() {
		all = append(all, m.Definition)
	}
	for _, m := range OfTickets() {
		all = append(all, m.Definition)
	}
	return all
}

// Markdown gives the text of docs/METRICS.md, so that the file and the pages can never disagree.
func Markdown() string {
	var b strings.Builder
	b.WriteString(markdownIntro)
	for _, d := range Definitions() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", d.Title, d.Question)
		for _, line := range [][2]string{
			{"Name in exports", "`" + d.ID + "`"}, {"Formula", d.Formula}, {"Unit", d.Unit}, {"Left out", d.LeftOut},
			{"Window", d.Window}, {"Time zone", d.TimeZone}, {"Known bias", d.Bias},
		} {
			fmt.Fprintf(&b, "- **%s:** %s\n", line[0], line[1])
		}
	}
	return b.String()
}

const markdownIntro = `# What each number means

This page is made from the definitions in ` + "`internal/metrics`" + `; "How is this calculated?" beside each number shows the same text. Do not edit it by hand.

- A day is the author's own calendar day. A week runs from Monday to Sunday.
- Sums are pooled first and divided once, for a person as for an organization. Nothing divided by nothing has no value and says why.
- A number over fewer than five items is greyed and shown with its count.
- A trend appears from four complete weeks on: least squares over the weekly values, with the change per week and the share of variance it explains.
- Beside the mean of a duration stand its median and where three quarters and nine tenths of the values end, from five values on.
- The size of a pull request and its hunks come from git, not from the server: its diff is that of ` + "`git diff -U3 -M base...head`" + `, with submodules left out and renames paired as ` + "`git blame`" + ` follows them, so that one source may go to two files. What is not in the mirror yet has no value, is shown so and not counted.
- A commit whose message names co-authors (` + "`Co-authored-by`" + ` trailers in its last paragraph) is made by several people. Whoever of them counts, has the commit and the coding day; bots, such as assistants, and people who are left out have no part. By the rule "group work" each has all its lines (full, the usual), the lines are dealt out one by one so that the parts add up (split), or the author alone has them (author). What is added up over several people holds such a commit once. Work types are told from the author's side, and the lines belong to the author when they are touched later.
- Over several people coding days are summed, so that a team of two with three days each has six.
`
