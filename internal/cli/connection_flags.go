package cli

import (
	"errors"
	"fmt"
	"os"

	"weir/internal/connect"
	"weir/internal/secret"
)

// connectionFlags say how a server is reached and what to sign in with. Secrets come from files, so that
// none stands in the list of processes.
type connectionFlags struct {
	TokenFile    string        `help:"File whose first line is an access token." type:"path" xor:"credential" placeholder:"FILE"`
	User         string        `help:"User name to sign in with." placeholder:"NAME"`
	PasswordFile string        `help:"File whose first line is the password of --user." type:"path" xor:"credential" placeholder:"FILE"`
	AppID        int64         `name:"app-id" help:"Id of a GitHub App that is there already." placeholder:"ID"`
	AppKeyFile   string        `name:"private-key-file" help:"File with the private key of --app-id, in PEM." type:"path" xor:"credential" placeholder:"FILE"`
	CAFile       string        `name:"ca-file" help:"Certificate authority to trust beside the system's, in PEM." type:"path" placeholder:"FILE"`
	Proxy        secret.String `help:"HTTP(S) proxy to go through. Prefer the environment when it holds a password." env:"WEIR_PROXY" placeholder:"URL"`
}

// target reads the files. What is wrong with the flags is a usageError.
func (f *connectionFlags) target(address string) (connect.Target, error) {
	target := connect.Target{Address: address, Proxy: f.Proxy}
	var err error
	if target.CAPEM, err = readPEM("certificate authority", f.CAFile); err != nil {
		return target, err
	}
	target.Credential, err = f.credential()
	return target, err
}

func (f *connectionFlags) credential() (connect.Credential, error) {
	switch {
	case (f.User == "") != (f.PasswordFile == ""):
		return connect.Credential{}, usageError{errors.New("--user and --password-file go together")}
	case (f.AppID == 0) != (f.AppKeyFile == ""):
		return connect.Credential{}, usageError{errors.New("--app-id and --private-key-file go together")}
	case f.AppID != 0:
		key, err := readPEM("private key", f.AppKeyFile)
		return connect.AppCredential(f.AppID, secret.New(key)), err
	}
	file := f.TokenFile + f.PasswordFile
	if file == "" {
		return connect.Credential{}, nil
	}
	text, err := readSecretFile(file)
	if err != nil {
		return connect.Credential{}, usageError{err}
	}
	if f.User != "" {
		return connect.PasswordCredential(f.User, text), nil
	}
	return connect.TokenCredential(text), nil
}

func readPEM(what, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return "", usageError{fmt.Errorf("read the %s: %w", what, err)}
	}
	return string(pem), nil
}
