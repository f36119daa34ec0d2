package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path"
	"strings"
	"time"

	"weir/internal/facts"
	"weir/internal/secret"
)

// walker goes through Weir's own pages as a person would, by the forms that a browser would send.
type walker struct {
	base   string
	client *http.Client
}

// maxPage bounds what is read of a page that did not lead on.
const maxPage = 1 << 20

func newWalker(base string) (*walker, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{
		Jar: jar, Timeout: 2 * time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &walker{base: base, client: client}, nil
}

// send posts a form and gives the address that it leads to. A form that leads nowhere was refused.
func (w *walker) send(ctx context.Context, address string, form url.Values) (string, error) {
	status, location, err := w.post(ctx, address, form)
	if err == nil && location == "" {
		err = fmt.Errorf("submit %s: the page answered %d and did not lead on", address, status)
	}
	return location, err
}

func (w *walker) post(ctx context.Context, address string, form url.Values) (status int, location string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.base+address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := w.client.Do(request)
	if err != nil {
		return 0, "", fmt.Errorf("submit %s: %w", address, err)
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, maxPage)); err != nil {
		return 0, "", fmt.Errorf("submit %s: %w", address, err)
	}
	return answer.StatusCode, answer.Header.Get("Location"), nil
}

// signUp makes the first account.
func (w *walker) signUp(ctx context.Context, code secret.String, login string, password secret.String) error {
	_, err := w.send(ctx, "/set-up", url.Values{
		"code": {code.Reveal()}, "login": {login}, "name": {"Demo admin"},
		"password": {password.Reveal()}, "again": {password.Reveal()},
	})
	return err
}

// connection is what a person enters to connect a server.
type connection struct {
	address, caPEM, name string
	token                secret.String
}

// connect goes through the set-up of an integration and gives the address of its page.
func (w *walker) connect(ctx context.Context, c connection) (string, error) {
	const setUp = "/settings/integrations/new"
	if _, err := w.send(ctx, setUp, url.Values{"provider": {"github_enterprise"}}); err != nil {
		return "", err
	}
	if _, err := w.send(ctx, setUp+"/method", url.Values{"method": {"token"}}); err != nil {
		return "", err
	}
	test := url.Values{"address": {c.address}, "token": {c.token.Reveal()}, "ca": {c.caPEM}}
	if _, _, err := w.post(ctx, setUp+"/connect", test); err != nil {
		return "", err
	}
	services := url.Values{}
	for _, service := range facts.Services {
		services.Add("service", string(service))
	}
	if _, err := w.send(ctx, setUp+"/services", services); err != nil {
		return "", err
	}
	page, err := w.send(ctx, setUp+"/name", url.Values{"name": {c.name}})
	if err != nil {
		return "", err
	}
	page, _, _ = strings.Cut(page, "?")
	if path.Dir(page) != "/settings/integrations" {
		return "", fmt.Errorf("create the integration: the test of the connection did not succeed, see %s%s/connect", w.base, setUp)
	}
	return page, nil
}

// importAll chooses every repo of an integration's import page.
func (w *walker) importAll(ctx context.Context, integrationPage string) error {
	_, err := w.send(ctx, integrationPage+"/repos", url.Values{"across": {"1"}})
	return err
}
