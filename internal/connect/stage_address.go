package connect

import (
	"context"
	"strings"
)

// checkAddress reads what was pasted.
func (d *diagnosis) checkAddress(context.Context) outcome {
	address, err := ParseAddress(d.target.Address)
	d.report.Notes = address.Notes
	if f, is := asFault(err); is {
		d.report.Address = shownAddress(d.target.Address)
		return bad(f)
	}
	d.address, d.report.Address = address, address.Base
	if len(address.Notes) == 0 {
		return fine(address.Base)
	}
	return fine(address.Base + ". " + strings.Join(address.Notes, " "))
}

// shownAddress is what was pasted, as far as it may be shown: what stands before an @ may be a password.
func shownAddress(pasted string) string {
	if i := strings.LastIndex(pasted, "@"); i >= 0 {
		pasted = pasted[i+1:]
	}
	before, _, _ := strings.Cut(pasted, "?")
	return shorten(before, 200)
}
