package connect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// advertisement is what a git server answers to the first request of a fetch.
const advertisement = "application/x-git-upload-pack-advertisement"

// enoughOfAdvertisement is what is read of a list of refs that may hold megabytes.
const enoughOfAdvertisement = 4 << 10

// checkGit makes the first request of a git fetch by plain HTTP.
func (d *diagnosis) checkGit(ctx context.Context) outcome {
	if d.repo == nil {
		return bad(fault(GitNoRepo, nil))
	}
	path := "/" + d.repo.fullName + ".git/info/refs?service=git-upload-pack"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.address.Base+path, nil)
	if err != nil {
		return bad(fault(GitLost, d.values().with("reason", "The name of the repo cannot be part of an address.")).because(err))
	}
	answer, err := d.signed.ask(req, enoughOfAdvertisement)
	if err != nil {
		return bad(d.gitLost(err))
	}
	if f := d.gitFault(answer); f != nil {
		return bad(f.saw("GET %s: HTTP %d %s", path, answer.Status, answer.Excerpt()))
	}
	return fine("Git over HTTPS offers " + d.repo.fullName + ".")
}

func (d *diagnosis) gitLost(err error) *Fault {
	var redirect *RedirectError
	var limited *RateLimitError
	switch {
	case errors.As(err, &redirect):
		return fault(GitPage, d.values().with("status", fmt.Sprint(redirect.Status), "title", "")).saw("it redirects to %s", redirect.To)
	case errors.As(err, &limited):
		return fault(GitLimited, d.values().with("until", until(limited)))
	}
	return fault(GitLost, d.values().with("reason", FaultOf(err, d.address).Cause)).because(err)
}

func (d *diagnosis) gitFault(a *Answer) *Fault {
	message := a.Message()
	if message == "" && !a.IsPage() {
		message = a.Excerpt()
	}
	v := d.values().with("status", fmt.Sprint(a.Status), "title", a.title(), "repo", d.repo.fullName, "message", said(message))
	if limited := a.Limited(); limited != nil && a.Status == http.StatusTooManyRequests {
		return fault(GitLimited, v.with("until", until(limited)))
	}
	switch {
	case strings.HasPrefix(a.Header.Get("Content-Type"), advertisement) && a.Status == http.StatusOK:
		return nil
	case a.Status >= http.StatusInternalServerError:
		return fault(GitServerError, v)
	case a.IsPage() && a.Status != http.StatusNotFound:
		return fault(GitPage, v)
	case a.Status == http.StatusUnauthorized:
		return fault(GitUnauthorized, v)
	case a.Status == http.StatusForbidden:
		return fault(GitForbidden, v)
	case a.Status == http.StatusNotFound:
		return fault(GitNotFound, v)
	default:
		return fault(GitPage, v)
	}
}
