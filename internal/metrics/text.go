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
- Review coverage (the share of the hunks of a pull request with a comment in range) is not given: the hunks of a pull request at the commit that was commented on are not among the stored facts.
- Over several people coding days are summed, so that a team of two with three days each has six.
`
