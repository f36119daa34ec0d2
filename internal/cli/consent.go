package cli

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"weir/internal/connect"
	"weir/internal/secret"
)

// oauthFlags name an OAuth app; a person authorizes it in a browser, wherever that runs.
type oauthFlags struct {
	ClientID         string `name:"client-id" help:"Client ID of an OAuth app. The command prints an address to open in a browser, and reads the one where it ends." placeholder:"ID"`
	ClientSecretFile string `name:"client-secret-file" help:"File whose first line is the app's client secret." type:"path" xor:"credential" placeholder:"FILE"`
	Callback         string `help:"The app's authorization callback URL, as registered on the server." placeholder:"URL"`
}

func (f *oauthFlags) given() bool { return f.ClientID+f.ClientSecretFile+f.Callback != "" }

// consent has a person authorize the app, and gives the answer, which whoever holds the data folder exchanges for
// a credential.
func (f *oauthFlags) consent(std streams, server string) (connect.Credential, error) {
	if f.ClientID == "" || f.ClientSecretFile == "" || f.Callback == "" {
		return connect.Credential{}, usageError{errors.New("--client-id, --client-secret-file and --callback go together")}
	}
	clientSecret, err := readSecretFile(f.ClientSecretFile)
	if err != nil {
		return connect.Credential{}, usageError{err}
	}
	address, err := connect.ParseAddress(server)
	if err != nil {
		return connect.Credential{}, usageError{err}
	}
	state := rand.Text()
	fmt.Fprintf(std.err, "Open this address in a browser in which the service account is signed in, and choose Authorize:\n\n  %s\n\n"+
		"The browser then goes to an address that begins with %s.\nIt need not show a page. Paste that whole address here: ",
		connect.ConsentURL(address, f.ClientID, f.Callback, state), f.Callback)
	code, err := readAnswer(std.in, state, address)
	var refused *connect.Fault
	if errors.As(err, &refused) {
		fmt.Fprintf(std.err, "weir: Authorization failed: %v\n", refused)
		return connect.Credential{}, exitError(exitAuth)
	}
	if err != nil {
		return connect.Credential{}, err
	}
	return connect.Consent(f.ClientID, clientSecret, code, f.Callback), nil
}

// maxAnswer is longer than any address that a server leads back to.
const maxAnswer = 16 << 10

// readAnswer takes the code out of the address at which the browser ended.
func readAnswer(in io.Reader, state string, address connect.Address) (secret.String, error) {
	line, err := bufio.NewReader(io.LimitReader(in, maxAnswer)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return secret.String{}, fmt.Errorf("read the address: %w", err)
	}
	at, err := url.Parse(strings.TrimSpace(line))
	if err != nil || !at.Query().Has("state") {
		return secret.String{}, usageError{errors.New("this is no address that the server led back to: it has no state. Copy the whole address and run the command again")}
	}
	query := at.Query()
	if query.Get("state") != state {
		return secret.String{}, usageError{errors.New("this address answers another question: its state is not the one asked with. Run the command again and use the address that it prints")}
	}
	if problem := query.Get("error"); problem != "" {
		return secret.String{}, connect.ConsentFault(problem, query.Get("error_description"), address)
	}
	return secret.New(query.Get("code")), nil
}
