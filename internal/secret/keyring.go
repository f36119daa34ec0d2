package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Errors of opening what was sealed.
var (
	// ErrUnknownKey says that the key which sealed a secret is not in the keyring.
	ErrUnknownKey = errors.New("sealed with a key that is not in the keyring")
	// ErrNotGenuine says that sealed bytes were changed, cut, or belong to another context.
	ErrNotGenuine = errors.New("sealed secret is damaged or belongs elsewhere")
)

// envelopeV1 starts every sealed secret: version, key id, nonce, then ciphertext with its tag.
const envelopeV1 = 1

const (
	keySize    = 32
	keyIDSize  = 8
	headerSize = 1 + keyIDSize
)

// key is one AES-256 key; its id is derived from it, so the same key has the same id wherever it is kept.
type key struct {
	raw  []byte
	id   [keyIDSize]byte
	aead cipher.AEAD
}

// Keyring seals with its newest key and opens with any of its keys. It is safe for concurrent use.
type Keyring struct {
	mu   sync.RWMutex
	file string // empty when the keys come from the environment
	keys []key  // the last one seals
}

// KeyringFromEnv reads keys from the value of an environment variable: 32 bytes each, in base64 or hex,
// separated by commas or spaces. The last one seals, the others open what they sealed before.
// No error repeats any part of the value.
func KeyringFromEnv(value string) (*Keyring, error) {
	fields := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r <= ' ' })
	keys, err := parseKeys(fields)
	if err != nil {
		return nil, fmt.Errorf("read the encryption key from the environment: %w", err)
	}
	return &Keyring{keys: keys}, nil
}

// Seal encrypts plain. The context, such as "integration 7", is authenticated and not stored: Open needs
// the same one, so that a sealed value cannot be moved to another row.
func (k *Keyring) Seal(plain []byte, context string) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	current := k.keys[len(k.keys)-1]
	sealed := make([]byte, 0, headerSize+current.aead.NonceSize()+len(plain)+current.aead.Overhead())
	sealed = append(append(sealed, envelopeV1), current.id[:]...)
	nonce := make([]byte, current.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("seal secret: %w", err)
	}
	data := authenticated(sealed, context)
	return current.aead.Seal(append(sealed, nonce...), nonce, plain, data), nil
}

// Open gives back what Seal encrypted under the same context. It fails with ErrUnknownKey or ErrNotGenuine.
func (k *Keyring) Open(sealed []byte, context string) ([]byte, error) {
	if len(sealed) < headerSize || sealed[0] != envelopeV1 {
		return nil, fmt.Errorf("open secret: %w", ErrNotGenuine)
	}
	used, err := k.find(sealed[1:headerSize])
	if err != nil {
		return nil, err
	}
	header, rest := sealed[:headerSize], sealed[headerSize:]
	if len(rest) < used.aead.NonceSize() {
		return nil, fmt.Errorf("open secret: %w", ErrNotGenuine)
	}
	nonce, text := rest[:used.aead.NonceSize()], rest[used.aead.NonceSize():]
	plain, err := used.aead.Open(nil, nonce, text, authenticated(header, context))
	if err != nil {
		return nil, fmt.Errorf("open secret: %w", ErrNotGenuine)
	}
	return plain, nil
}

// Current tells whether the newest key sealed it. After a Rotate what is not current should be sealed again.
func (k *Keyring) Current(sealed []byte) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	id := k.keys[len(k.keys)-1].id
	return len(sealed) >= headerSize && sealed[0] == envelopeV1 && string(sealed[1:headerSize]) == string(id[:])
}

func (k *Keyring) find(id []byte) (key, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	i := slices.IndexFunc(k.keys, func(c key) bool { return string(c.id[:]) == string(id) })
	if i < 0 {
		return key{}, fmt.Errorf("open secret: %w (key %s); put back the key that was in use when it was saved, "+
			"or enter the credential again", ErrUnknownKey, hex.EncodeToString(id))
	}
	return k.keys[i], nil
}

func authenticated(header []byte, context string) []byte {
	return append(slices.Clone(header), context...)
}

func parseKeys(texts []string) ([]key, error) {
	if len(texts) == 0 {
		return nil, errors.New("there is no key; give 32 random bytes in base64, as `openssl rand -base64 32` prints them")
	}
	keys := make([]key, len(texts))
	for i, text := range texts {
		raw, ok := decodeKey(text)
		if !ok {
			return nil, fmt.Errorf("key %d is not 32 bytes in base64 or hex", i+1)
		}
		var err error
		if keys[i], err = newKey(raw); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func decodeKey(text string) ([]byte, bool) {
	if raw, err := hex.DecodeString(text); err == nil && len(raw) == keySize {
		return raw, true
	}
	text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	raw, err := base64.RawStdEncoding.DecodeString(text)
	return raw, err == nil && len(raw) == keySize
}

func newKey(raw []byte) (key, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return key{}, fmt.Errorf("use encryption key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return key{}, fmt.Errorf("use encryption key: %w", err)
	}
	k := key{raw: raw, aead: aead}
	sum := sha256.Sum256(append([]byte("weir key id\x00"), raw...))
	copy(k.id[:], sum[:])
	return k, nil
}

func freshKey() (key, error) {
	raw := make([]byte, keySize)
	if _, err := rand.Read(raw); err != nil {
		return key{}, fmt.Errorf("make encryption key: %w", err)
	}
	return newKey(raw)
}
