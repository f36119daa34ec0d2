package connect

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
)

// metaAnswer is what /api/v3/meta holds.
type metaAnswer struct {
	InstalledVersion    string `json:"installed_version"`
	PasswordsVerifiable *bool  `json:"verifiable_password_authentication"`
}

// checkGitHub tells a GitHub Enterprise Server from GitHub.com and from other products.
func (d *diagnosis) checkGitHub(ctx context.Context) outcome {
	if d.metaErr == nil && d.meta.byGitHub() {
		return d.checkEnterprise()
	}
	v := d.values()
	switch found := d.otherProduct(ctx); found {
	case "":
	case "GitLab":
		return bad(fault(GitHubGitLab, v))
	case "Bitbucket":
		return bad(fault(GitHubBitbucket, v))
	default:
		return bad(fault(GitHubGitea, v.with("product", found)))
	}
	return bad(fault(GitHubOtherServer, v.with("server", d.serverName())))
}

func (d *diagnosis) checkEnterprise() outcome {
	var meta metaAnswer
	_ = d.meta.Decode(&meta) // what cannot be read is not told; the headers may still tell
	d.version = versionNumber.FindString(meta.InstalledVersion)
	if d.version == "" {
		d.version = d.meta.ServerVersion()
	}
	d.report.Version, d.report.PasswordsVerifiable = d.version, meta.PasswordsVerifiable
	switch {
	case d.version != "":
		return fine("GitHub Enterprise Server " + d.version + ".")
	case d.meta.Status == http.StatusUnauthorized:
		return fine("GitHub Enterprise Server in private mode: it tells nothing before sign-in.")
	case meta.PasswordsVerifiable != nil, d.meta.IsPage():
		return bad(fault(GitHubDotCom, d.values()))
	}
	return fine("GitHub answers.")
}

func (d *diagnosis) serverName() string {
	if d.meta == nil {
		return "it does not say what it is"
	}
	if name := shorten(d.meta.Header.Get("Server"), 60); name != "" {
		return "it calls itself " + name
	}
	if title := strings.TrimPrefix(d.meta.title(), ", titled "); title != "" {
		return "its page is titled " + title
	}
	return "it does not say what it is"
}

// otherProduct asks where other products answer, and names the one that does; "" when none does.
func (d *diagnosis) otherProduct(ctx context.Context) string {
	if d.meta != nil {
		if name := product(d.meta); name != "" {
			return name
		}
	}
	for _, path := range []string{"/", "/api/v1/version", "/api/v4/version"} {
		answer, err := d.anonymous.Get(ctx, path)
		var redirect *RedirectError
		switch {
		case errors.As(err, &redirect) && strings.HasSuffix(redirect.To, "/users/sign_in"):
			return "GitLab"
		case err == nil:
			if name := product(answer); name != "" {
				return name
			}
			if name := versionAnswer(path, answer); name != "" {
				return name
			}
		}
	}
	return ""
}

// productMarks are what each product writes into its pages.
var productMarks = []struct {
	name string
	mark *regexp.Regexp
}{
	{"Forgejo", regexp.MustCompile(`(?i)content="forgejo|powered by forgejo|forgejo\.org`)},
	{"Gitea", regexp.MustCompile(`(?i)powered by gitea|content="gitea|gitea: git with a cup of tea|i_like_gitea`)},
	{"GitLab", regexp.MustCompile(`(?i)content="gitlab"|<title>[^<]*gitlab|gitlab-logo|gon\.gitlab`)},
	{"Bitbucket", regexp.MustCompile(`(?i)<title>[^<]*bitbucket|bitbucket-server|application-name" content="bitbucket`)},
}

// product names another product by the marks in an answer; "" when there are none.
func product(a *Answer) string {
	cookies := strings.ToLower(strings.Join(a.Header.Values("Set-Cookie"), "\n"))
	switch {
	case a.Header.Get("X-Gitlab-Meta") != "", strings.Contains(cookies, "_gitlab_session"):
		return "GitLab"
	case strings.Contains(cookies, "i_like_forgejo"):
		return "Forgejo"
	case strings.Contains(cookies, "i_like_gitea"), strings.Contains(cookies, "gitea_incredible"):
		return "Gitea"
	case a.Header.Get("X-Arequestid") != "", strings.Contains(cookies, "bitbucketsessionid"):
		return "Bitbucket"
	}
	if !a.IsPage() {
		return ""
	}
	for _, p := range productMarks {
		if p.mark.Match(a.Body) {
			return p.name
		}
	}
	return ""
}

// versionAnswer reads the answers that only GitLab or Gitea give.
func versionAnswer(path string, a *Answer) string {
	var said struct {
		Version string `json:"version"`
		Message string `json:"message"`
	}
	if !jsonObject(a.Body) || a.Decode(&said) != nil {
		return ""
	}
	switch {
	case path == "/api/v4/version" && (said.Message == "401 Unauthorized" || said.Version != ""):
		return "GitLab"
	case path == "/api/v1/version" && strings.Contains(said.Version, "gitea"):
		return "Forgejo"
	case path == "/api/v1/version" && said.Version != "":
		return "Gitea"
	}
	return ""
}
