package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/secret"
)

func open(t *testing.T, file string) *secret.Keyring {
	t.Helper()
	k, err := secret.OpenKeyring(file)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func seal(t *testing.T, k *secret.Keyring, plain, context string) []byte {
	t.Helper()
	sealed, err := k.Seal([]byte(plain), context)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSealOpensOnlyInItsContextAndUnchanged(t *testing.T) {
	t.Parallel()
	k := open(t, filepath.Join(t.TempDir(), "key"))
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		context := rapid.String().Draw(t, "context")
		sealed, err := k.Seal(plain, context)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open(sealed, context); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("open: %q, %v", got, err)
		}
		if _, err := k.Open(sealed, context+"x"); !errors.Is(err, secret.ErrNotGenuine) {
			t.Fatalf("another context: %v", err)
		}
		changed := bytes.Clone(sealed)
		changed[rapid.IntRange(0, len(sealed)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := k.Open(changed, context); err == nil {
			t.Fatal("a changed secret was opened")
		}
		if _, err := k.Open(sealed[:rapid.IntRange(0, len(sealed)-1).Draw(t, "cut")], context); err == nil {
			t.Fatal("a cut secret was opened")
		}
	})
}

func TestOpenKeyringMakesAPrivateFileOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "key")
	sealed := seal(t, open(t, file), "token", "integration 1")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if plain, err := open(t, file).Open(sealed, "integration 1"); err != nil || string(plain) != "token" {
		t.Errorf("opened again: %q, %v", plain, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestOpenKeyringAtOnceGivesOneKey(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "key")
	sealed := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range sealed {
		wg.Go(func() {
			if k, err := secret.OpenKeyring(file); err == nil {
				sealed[i], _ = k.Seal([]byte("x"), "c")
			}
		})
	}
	wg.Wait()
	k := open(t, file)
	for i, s := range sealed {
		if _, err := k.Open(s, "c"); err != nil {
			t.Errorf("keyring %d: %v", i, err)
		}
	}
}

func TestRotateSealsWithANewKeyAndStillOpens(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "key")
	k := open(t, file)
	old := seal(t, k, "old", "c")
	if err := k.Rotate(); err != nil {
		t.Fatal(err)
	}
	fresh := seal(t, k, "fresh", "c")
	if k.Current(old) || !k.Current(fresh) {
		t.Error("Current is wrong after a rotation")
	}
	for _, ring := range []*secret.Keyring{k, open(t, file)} {
		for want, sealed := range map[string][]byte{"old": old, "fresh": fresh} {
			if plain, err := ring.Open(sealed, "c"); err != nil || string(plain) != want {
				t.Errorf("open %s: %q, %v", want, plain, err)
			}
		}
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Errorf("mode after rotation: %v", info.Mode())
	}
}

func TestOpenWithAnotherKeyNamesTheCause(t *testing.T) {
	t.Parallel()
	sealed := seal(t, open(t, filepath.Join(t.TempDir(), "key")), "token", "c")
	_, err := open(t, filepath.Join(t.TempDir(), "key")).Open(sealed, "c")
	if !errors.Is(err, secret.ErrUnknownKey) || !strings.Contains(err.Error(), "put back the key") {
		t.Errorf("got %v", err)
	}
}

func TestOpenKeyringRefusesWhatIsNotAKeyFile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		want    string
	}{
		"readable by all": {base64.StdEncoding.EncodeToString(make([]byte, 32)), 0o644, "chmod 600"},
		"empty":           {"", 0o600, "there is no key"},
		"short":           {"c2hvcnQ=", 0o600, "key 1 is not 32 bytes"},
		"no text":         {"hunter2 \x00\xff", 0o600, "key 1 is not 32 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(file, []byte(c.content), c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := secret.OpenKeyring(file)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestKeyringFromEnv(t *testing.T) {
	t.Parallel()
	first, second := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	one, err := secret.KeyringFromEnv(base64.StdEncoding.EncodeToString(first))
	if err != nil {
		t.Fatal(err)
	}
	both, err := secret.KeyringFromEnv(hex.EncodeToString(first) + ", " + base64.RawURLEncoding.EncodeToString(second))
	if err != nil {
		t.Fatal(err)
	}
	sealed := seal(t, one, "x", "c")
	if _, err := both.Open(sealed, "c"); err != nil || both.Current(sealed) {
		t.Errorf("the older key must open and not be current: %v", err)
	}
	if err := both.Rotate(); err == nil || !strings.Contains(err.Error(), "environment") {
		t.Errorf("rotate: %v", err)
	}
	if _, err := secret.KeyringFromEnv("hunter2"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("bad value: %v", err)
	}
}
