package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
	"syscall"
)

// FetchCode is a stable word for why a fetch did not work.
type FetchCode string

// Why a fetch did not work.
const (
	FetchAddress   FetchCode = "address"
	FetchSignIn    FetchCode = "sign_in"
	FetchForbidden FetchCode = "forbidden"
	FetchNotFound  FetchCode = "not_found"
	FetchTLS       FetchCode = "tls"
	FetchDNS       FetchCode = "dns"
	FetchProxy     FetchCode = "proxy"
	FetchRefused   FetchCode = "refused"
	FetchTimeout   FetchCode = "timeout"
	FetchRedirect  FetchCode = "redirect"
	FetchNotGit    FetchCode = "not_git"
	FetchLimited   FetchCode = "rate_limited"
	FetchServer    FetchCode = "server"
	FetchDropped   FetchCode = "dropped"
	FetchDiskFull  FetchCode = "disk_full"
	FetchDisk      FetchCode = "disk"
	FetchCorrupt   FetchCode = "corrupt"
	FetchShallow   FetchCode = "shallow"
	FetchKilled    FetchCode = "killed"
	FetchBusy      FetchCode = "busy"
	FetchNoGit     FetchCode = "no_git"
	FetchOther     FetchCode = "git"
)

// FetchError says why a fetch did not work, to a person and to a program.
type FetchError struct {
	Code FetchCode
	// Cause is what happened and Next what to do about it, a sentence each.
	Cause, Next string
	// Detail is what git said, without secrets. It may hold text of the server's choosing.
	Detail string
	// OnServer says of FetchCorrupt that it is the server's own repository which is damaged, not our mirror.
	OnServer bool
	// Err is the error underneath, if any.
	Err error
}

// Error gives the cause, with git's own last line.
func (e *FetchError) Error() string {
	last := e.Detail[strings.LastIndexByte(e.Detail, '\n')+1:]
	if last == "" {
		return fmt.Sprintf("fetch (%s): %s", e.Code, e.Cause)
	}
	return fmt.Sprintf("fetch (%s): %s: %s", e.Code, e.Cause, last)
}

// Unwrap gives the error underneath.
func (e *FetchError) Unwrap() error { return e.Err }

// Temporary tells whether the same fetch may work later without anybody doing anything.
func (e *FetchError) Temporary() bool {
	switch e.Code {
	case FetchDNS, FetchProxy, FetchRefused, FetchTimeout, FetchLimited, FetchServer, FetchDropped,
		FetchDiskFull, FetchKilled, FetchBusy, FetchOther:
		return true
	}
	return false
}

// explanations hold cause and next step by code.
var explanations = map[FetchCode][2]string{
	FetchAddress:   {"The repository's address cannot be used.", "Check the address of the integration."},
	FetchSignIn:    {"The server did not accept the credential for git.", "Replace the credential of the integration; where SAML or CAS is on, git needs a token."},
	FetchForbidden: {"The server knows the credential and refuses it this repository.", "Give the account read access to the repository, and check that it is not suspended and that the organization allows this kind of token."},
	FetchNotFound:  {"The server says that the repository does not exist, or hides it from this account.", "Check that the repository still exists and that the account may read it."},
	FetchTLS:       {"The server's certificate could not be verified.", "Add the certificate authority that signed it to the integration, or renew the certificate."},
	FetchDNS:       {"The server's name could not be resolved.", "Check the address and the name servers of this machine."},
	FetchProxy:     {"The proxy could not be used.", "Check the address and the credential of the proxy."},
	FetchRefused:   {"The server does not accept connections.", "Check that it is up and that a firewall lets this machine reach it."},
	FetchTimeout:   {"The transfer stood still for too long.", "It is tried again; check the network if it stays so."},
	FetchRedirect:  {"The server answered with a redirect, which is not followed with a credential.", "Use the address that the server redirects to, or refresh the list of repositories if this one was renamed."},
	FetchNotGit:    {"What answered is not a git server.", "Check that the address is the server's own and not that of a sign-in page or a portal."},
	FetchLimited:   {"The server asks for fewer requests.", "It is tried again later."},
	FetchServer:    {"The server answered with an error of its own, as it does during maintenance.", "It is tried again; ask the server's administrator if it stays so."},
	FetchDropped:   {"The connection broke off in the middle of the transfer.", "It is tried again; check the network if it stays so."},
	FetchDiskFull:  {"The disk of this machine is full.", "Make room in the data folder; the work goes on by itself."},
	FetchDisk:      {"The data folder cannot be written.", "Check that the disk is mounted for writing and that the files belong to the account that runs Weir."},
	FetchCorrupt:   {"The mirror on this machine, or what the server sent, is damaged.", "A new mirror is made; if it happens again, check this machine's disk and the repository on the server with git fsck."},
	FetchShallow:   {"The repository on the server has only the end of its history, so that nothing could be counted right.", "Ask the server's administrator to complete it with git fetch --unshallow; it is imported at the next sync after that."},
	FetchKilled:    {"Git was ended from outside.", "It is tried again; check that this machine has enough memory if it stays so."},
	FetchBusy:      {"Another fetch of the same repository is still running.", "It is tried again in a moment."},
	FetchNoGit:     {"The git program was not found.", "Install git 2.32 or newer on this machine."},
	FetchOther:     {"Git stopped with an error.", "It is tried again; the detail says what git reported."},
}

func newFetchError(code FetchCode, detail string, err error) *FetchError {
	text := explanations[code]
	return &FetchError{Code: code, Cause: text[0], Next: text[1], Detail: detail, Err: err}
}

// diskError classifies an error of our own file work.
func diskError(doing string, err error) error {
	code := FetchDisk
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		code = FetchDiskFull
	}
	return newFetchError(code, doing+": "+err.Error(), err)
}

// explain turns the end of a child into an error: the context's own when it was we who ended it.
func (e *environment) explain(ctx context.Context, doing string, exit int, detail string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("git %s: %w", doing, context.Cause(ctx))
	}
	detail = e.scrub(detail)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return newFetchError(FetchNoGit, "", err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return diskError(doing, err)
	case exit < 0:
		return newFetchError(FetchKilled, detail, err)
	}
	code := classify(detail)
	if serverIsCorrupt(code, detail) {
		return &FetchError{
			Code: FetchCorrupt, OnServer: true, Detail: detail, Err: fmt.Errorf("git %s: %w", doing, err),
			Cause: "The repository on the server is damaged: the server itself could not read it.",
			Next:  "Ask the server's administrator to check it with git fsck; it is imported at the next sync after it is mended. What was read before stays.",
		}
	}
	return newFetchError(code, detail, fmt.Errorf("git %s: %w", doing, err))
}

// remoteCorrupt is what git's server program says when it cannot read its own repository.
const remoteCorrupt = "remote: aborting due to possible repository corruption on the remote side."

// serverIsCorrupt believes the server that it is damaged only where the transfer did break off in a way
// that this explains: a server's words must not be able to stand in for what git itself found.
func serverIsCorrupt(code FetchCode, detail string) bool {
	if code != FetchDropped && code != FetchNotGit && code != FetchCorrupt {
		return false
	}
	for line := range strings.Lines(detail) {
		if strings.TrimSpace(line) == remoteCorrupt {
			return true
		}
	}
	return false
}

// symptoms are pieces of what git and curl say, in lower case, in the order in which they are tried:
// what is specific before what git adds to every failure.
var symptoms = []struct {
	code  FetchCode
	texts []string
}{
	{FetchDiskFull, []string{"no space left on device", "out of diskspace", "disk quota exceeded"}},
	{FetchDisk, []string{"read-only file system", "permission denied", "operation not permitted"}},
	{FetchProxy, []string{"could not resolve proxy", "error: 407", "from proxy after connect", "proxy connect aborted"}},
	{FetchDNS, []string{"could not resolve host"}},
	{FetchSignIn, []string{"error: 401", "authentication failed", "could not read username", "could not read password"}},
	{FetchForbidden, []string{"error: 403"}},
	{FetchNotFound, []string{"error: 404", "error: 410", "' not found"}},
	{FetchLimited, []string{"error: 429"}},
	{FetchRedirect, []string{"error: 301", "error: 302", "error: 303", "error: 307", "error: 308", "unable to update url base from redirection"}},
	{FetchServer, []string{"error: 5"}},
	{FetchTimeout, []string{"timed out", "operation too slow", "timeout"}},
	{FetchRefused, []string{"failed to connect", "couldn't connect", "connection refused", "network is unreachable", "no route to host"}},
	{FetchTLS, []string{"certificate", "ssl_", "gnutls_handshake", "ssl connect", "ssl routines", "ssl: "}},
	{FetchDropped, []string{"rpc failed", "early eof", "hung up unexpectedly", "unexpected disconnect", "connection reset",
		"empty reply", "gnutls recv error", "gnutls_recv", "recv failure", "transfer closed", "connection was closed", "expected flush", "bad band"}},
	{FetchNotGit, []string{"is this a git repository", "invalid server response", "unable to parse", "protocol error", "invalid content-type"}},
	{FetchNotFound, []string{"does not appear to be a git repository", "does not exist"}},
	{FetchCorrupt, []string{"corrupt", "bad object", "index-pack failed", "inflate", "bad pack", "missing necessary objects",
		"did not send all necessary objects", "not a git repository", "unresolved delta", "nonexistent object",
		"bad config", "cannot be loaded", "unable to read tree", "bad tree", "bad revision", "not a valid ref", "missing blob", "missing tree"}},
}

// classify reads git's standard error. What the server said in its own words is left out: it must
// not be able to choose the class. Only our own language (LC_ALL=C) is known.
func classify(detail string) FetchCode {
	var own strings.Builder
	for line := range strings.Lines(strings.ToLower(detail)) {
		if !strings.HasPrefix(line, "remote: ") {
			own.WriteString(line)
		}
	}
	text := own.String()
	for _, s := range symptoms {
		for _, symptom := range s.texts {
			if strings.Contains(text, symptom) {
				return s.code
			}
		}
	}
	return FetchOther
}
