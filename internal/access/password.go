package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"weir/internal/secret"
)

// cost is what one guess of a password takes. It is kept in each hash, so raising it later breaks none.
type cost struct {
	memoryKiB uint32
	passes    uint32
	threads   uint8
}

// presentCost follows OWASP's advice for Argon2id: 19 MiB, two passes.
var presentCost = cost{memoryKiB: 19 * 1024, passes: 2, threads: 1}

const (
	saltSize = 16
	hashSize = 32
	// maxMemoryKiB bounds what a hash may ask for, should somebody write one into the database.
	maxMemoryKiB = 256 * 1024
)

// hashing bounds how many passwords are hashed at once: each takes memory and a processor.
var hashing = make(chan struct{}, 4)

var errBadHash = errors.New("the stored password hash is not of a known form")

// HashPassword gives the Argon2id hash of a password with its salt and parameters, in the usual form
// $argon2id$v=19$m=...,t=...,p=...$salt$hash.
func HashPassword(password secret.String) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	c := presentCost
	key := c.key(password, salt, hashSize)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memoryKiB, c.passes, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// VerifyPassword tells whether a password is the one of a hash, in a time that does not depend on how
// much of it is right. stale says that the hash was made at another cost than today's and should be renewed.
func VerifyPassword(hash string, password secret.String) (ok, stale bool, err error) {
	c, salt, want, err := parseHash(hash)
	if err != nil {
		return false, false, fmt.Errorf("verify password: %w", err)
	}
	got := c.key(password, salt, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, c != presentCost, nil
}

func (c cost) key(password secret.String, salt []byte, size uint32) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password.Reveal()), salt, c.passes, c.memoryKiB, c.threads, size)
}

func parseHash(hash string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errBadHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memoryKiB, &c.passes, &c.threads); err != nil {
		return c, nil, nil, errBadHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(key) < 16 || len(key) > 128 {
		return c, nil, nil, errBadHash
	}
	if c.memoryKiB == 0 || c.memoryKiB > maxMemoryKiB || c.passes == 0 || c.passes > 16 || c.threads == 0 {
		return c, nil, nil, errBadHash
	}
	return c, salt, key, nil
}
