package connect_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/secret"
)

func TestCredentialSurvivesTheStore(t *testing.T) {
	t.Parallel()
	in := connect.Credential{
		Method: connect.MethodOAuth, Login: "weir-bot", Token: secret.New("gho_t"), Password: secret.New("pw"),
		ExpiresAt: time.Unix(1_800_000_000, 0).UTC(), ClientID: "id", ClientSecret: secret.New("cs"),
		RefreshToken: secret.New("ghr_r"), RefreshExpiresAt: time.Unix(1_900_000_000, 0).UTC(),
		AppID: 7, Slug: "weir", PrivateKey: secret.New("pem"), WebhookKey: "wk", WebhookSecret: secret.New("ws"),
	}
	plain, err := connect.EncodeCredential(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := connect.DecodeCredential(plain)
	if err != nil {
		t.Fatal(err)
	}
	again, err := connect.EncodeCredential(out)
	if err != nil || string(again) != string(plain) {
		t.Errorf("got %s, want %s (%v)", again, plain, err)
	}
	if len(out.Secrets()) != 6 {
		t.Errorf("%d secrets, want 6", len(out.Secrets()))
	}
}

func TestDecodeCredentialRefuses(t *testing.T) {
	t.Parallel()
	for _, plain := range []string{"", "ghp_secretsecret", `{"v":99,"token":"ghp_secretsecret"}`, `[]`} {
		_, err := connect.DecodeCredential([]byte(plain))
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", plain, err)
		}
	}
}

func TestCredentialPrintsNoSecret(t *testing.T) {
	t.Parallel()
	c := connect.PasswordCredential("mona", secret.New(plantedPassword))
	target := connect.Target{Credential: c, Proxy: secret.New("http://u:" + proxyPassword + "@p")}
	text := fmt.Sprintf("%v %+v %#v %s %q %v %+v %#v", c, c, c, c, c, target, target, target)
	if strings.Contains(text, plantedPassword) || strings.Contains(text, proxyPassword) {
		t.Error(text)
	}
}

func TestTokenCredentialTakesWhatIsPasted(t *testing.T) {
	t.Parallel()
	for _, pasted := range []string{"ghp_abc", " ghp_abc\n", "Bearer ghp_abc", "token ghp_abc", "Authorization: Bearer ghp_abc", `"ghp_abc"`} {
		if got := connect.TokenCredential(secret.New(pasted)).Token.Reveal(); got != "ghp_abc" {
			t.Errorf("%q gives %q", pasted, got)
		}
	}
}

func TestKind(t *testing.T) {
	t.Parallel()
	cases := map[string]connect.TokenKind{
		"ghp_" + strings.Repeat("a", 36): connect.TokenClassic, strings.Repeat("0a", 20): connect.TokenClassic,
		"github_pat_11AAA": connect.TokenFineGrained, "gho_x": connect.TokenOAuth, "ghs_1_ey.long.jwt": connect.TokenInstallation,
		"v1.0123456789abcdef": connect.TokenInstallation, "ghu_x": connect.TokenAppUser, "ghr_x": connect.TokenRefresh,
		"hunter2": connect.TokenUnknown, "": connect.TokenUnknown,
	}
	for token, want := range cases {
		if got := connect.Kind(secret.New(token)); got != want {
			t.Errorf("%q: got %s, want %s", token, got, want)
		}
	}
}
