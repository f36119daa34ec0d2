package secret

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const keyFileHead = `# Weir's encryption keys, one per line in base64. The last one seals new secrets; the
# others still open older ones. Without this file the saved credentials cannot be read:
# keep a copy with your backups, and apart from the database.
`

// OpenKeyring reads the keys in file. When there is no such file it makes one with a fresh key, readable
// by its owner alone. Two processes doing so at once end up with the same key.
func OpenKeyring(file string) (*Keyring, error) {
	k, err := readKeyFile(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	fresh, err := freshKey()
	if err != nil {
		return nil, err
	}
	if err := createKeyFile(file, encodeKeyFile([]key{fresh})); err != nil {
		return nil, fmt.Errorf("create key file %s: %w", file, err)
	}
	return readKeyFile(file)
}

// Rotate adds a fresh key to the key file; it seals from now on and the others still open. What was
// sealed before should then be sealed again (see Current), and the old keys dropped (see Retire). Keys from
// the environment cannot be rotated from here: the error says what to do.
func (k *Keyring) Rotate() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.file == "" {
		return errors.New("rotate key: the key comes from the environment (WEIR_KEY); write a new one after it, " +
			"separated by a comma, start Weir again, and run this once more")
	}
	fresh, err := freshKey()
	if err != nil {
		return err
	}
	return k.replace(append(k.keys[:len(k.keys):len(k.keys)], fresh))
}

// Retire drops every key but the newest, from the file too. Whatever the others sealed and nobody has sealed
// again cannot be opened any more. Keys from the environment stay: they are not ours to drop.
func (k *Keyring) Retire() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.file == "" || len(k.keys) == 1 {
		return nil
	}
	return k.replace(k.keys[len(k.keys)-1:])
}

// replace writes the file first: a process that ends in between finds all that was in use.
func (k *Keyring) replace(keys []key) error {
	if err := replaceKeyFile(k.file, encodeKeyFile(keys)); err != nil {
		return fmt.Errorf("rotate key in %s: %w", k.file, err)
	}
	k.keys = keys
	return nil
}

// FromFile tells whether the keys are in a file, rather than in the environment.
func (k *Keyring) FromFile() bool { return k.file != "" }

// Count tells how many keys there are; more than one while a rotation is not finished.
func (k *Keyring) Count() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.keys)
}

func readKeyFile(file string) (*Keyring, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	// Group-readable is how orchestrators mount secrets; anything wider is a mistake.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o037 != 0 {
		return nil, fmt.Errorf("read key file %s: others may read or change it (mode %04o); run: chmod 600 %s",
			file, info.Mode().Perm(), file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	keys, err := parseKeys(keyLines(string(text)))
	if err != nil {
		return nil, fmt.Errorf("read key file %s: %w", file, err)
	}
	return &Keyring{file: file, keys: keys}, nil
}

func keyLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

func encodeKeyFile(keys []key) []byte {
	var b bytes.Buffer
	b.WriteString(keyFileHead)
	for _, k := range keys {
		b.WriteString(base64.StdEncoding.EncodeToString(k.raw) + "\n")
	}
	return b.Bytes()
}

// createKeyFile never replaces a file: a hard link fails when the name is taken, and a reader sees all or nothing.
func createKeyFile(file string, content []byte) error {
	temp, err := writeBeside(file, content)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }()
	if err := os.Link(temp, file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(filepath.Dir(file))
}

func replaceKeyFile(file string, content []byte) error {
	temp, err := writeBeside(file, content)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, file); err != nil {
		_ = os.Remove(temp)
		return err
	}
	return syncDir(filepath.Dir(file))
}

// writeBeside writes a temporary file in the same directory (os.CreateTemp gives it mode 0600) and syncs it.
func writeBeside(file string, content []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
