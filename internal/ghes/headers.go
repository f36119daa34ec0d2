package ghes

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// commonHeaders sets what is on every API answer.
func (s *Server) commonHeaders(c *call) {
	h := c.header
	h.Set("Server", "GitHub.com")
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "private, max-age=60, s-maxage=60")
	h.Set("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With")
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
	h.Set("X-GitHub-Enterprise-Version", s.Settings().Version)
	h.Set("X-GitHub-Request-Id", nextRequestID())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Allow-Origin", "*")
}

var requestCount atomic.Int64

func nextRequestID() string {
	n := requestCount.Add(1)
	return fmt.Sprintf("%04X:%05X:%06X:%06X:%08X", n&0xffff, 0x1A2B3, n*7, n*13, 0x65000000+n)
}

// docs is the documentation_url of answers.
func (s *Server) docs() string {
	return "https://docs.github.com/enterprise-server@" + release(s.Settings().Version) + "/rest"
}

// release is a version's first two parts.
func release(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return version
	}
	return parts[0] + "." + parts[1]
}

// atLeast compares releases: the version of the server with major.minor.
func atLeast(version string, major, minor int) bool {
	first, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	a, _ := strconv.Atoi(first)
	b, _ := strconv.Atoi(second)
	return a > major || a == major && b >= minor
}

// checkAPIVersion answers the header that chooses a version of the API. Servers before 3.9 do not
// know it. A version that never was is a bad request; one that is over is gone.
func (s *Server) checkAPIVersion(c *call) error {
	set := s.Settings()
	asked := c.Header.Get("X-GitHub-Api-Version")
	if !atLeast(set.Version, 3, 9) {
		return nil
	}
	accepted := set.APIVersions
	if accepted == nil {
		accepted = []string{"2022-11-28"}
	}
	if asked == "" || slices.Contains(accepted, asked) {
		c.header.Set("X-GitHub-Api-Version-Selected", cmp.Or(asked, accepted[0]))
		return nil
	}
	if asked < accepted[0] && len(asked) == len("2022-11-28") {
		return refuse(http.StatusGone, asked+" is no longer supported.")
	}
	return refuse(http.StatusBadRequest, asked+" is not a supported version. Supported versions are: "+
		strings.Join(accepted, ", ")+".")
}

// scopeHeaders tells what the token may do and what the operation wanted.
func scopeHeaders(c *call, rt route) {
	t := c.viewer.token
	if c.viewer.kind != "token" {
		return
	}
	if !t.ExpiresAt.IsZero() && t.Kind != InstallationToken {
		c.header.Set("Github-Authentication-Token-Expiration",
			t.ExpiresAt.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	if !t.hasScopes() {
		if rt.permission != "" {
			c.header.Set("X-Accepted-GitHub-Permissions", rt.permission)
		}
		return
	}
	c.header.Set("X-OAuth-Scopes", strings.Join(slices.Sorted(slices.Values(t.Scopes)), ", "))
	c.header.Set("X-Accepted-OAuth-Scopes", strings.Join(rt.scopes, ", "))
}

// statusText is the status that newer servers repeat in the body of an error, as a text.
func statusText(status int) string { return strconv.Itoa(status) }
