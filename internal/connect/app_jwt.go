package connect

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"weir/internal/secret"
)

// An app's own token is dated back, because a server refuses one from its future, and lives a little
// shorter than the ten minutes that GitHub allows at most.
const (
	jwtBackdate = time.Minute
	jwtLife     = 8 * time.Minute
)

// errKey never quotes the key.
var errKey = errors.New("it is not an RSA private key in PEM, as the server hands it out")

// parseKey reads a GitHub App's private key in either of the forms that servers and tools write.
func parseKey(text secret.String) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(strings.TrimSpace(text.Reveal())))
	if block == nil {
		return nil, errKey
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, isRSA := parsed.(*rsa.PrivateKey)
	if err != nil || !isRSA {
		return nil, errKey
	}
	return key, nil
}

// appJWT is the token by which a GitHub App signs in as itself.
func appJWT(key *rsa.PrivateKey, appID int64, now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{
		"iat": now.Add(-jwtBackdate).Unix(), "exp": now.Add(jwtLife).Unix(), "iss": strconv.FormatInt(appID, 10),
	})
	if err != nil {
		return "", fmt.Errorf("write the app's token: %w", err)
	}
	signed := part([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + part(claims)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", fmt.Errorf("sign the app's token: %w", err)
	}
	return signed + "." + part(signature), nil
}

func part(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// AppCredential is a GitHub App by its id and its private key in PEM.
func AppCredential(id int64, key secret.String) Credential {
	return Credential{Method: MethodApp, AppID: id, PrivateKey: key}
}

// NewApp is the code of a manifest that is yet to be exchanged for the app that was made of it. webhookKey is the
// last part of the address that the manifest gave the app's webhook, empty when it gave none.
func NewApp(code secret.String, webhookKey string) Credential {
	return Credential{Method: MethodApp, Code: code, WebhookKey: webhookKey}
}
