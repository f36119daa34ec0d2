package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"weir/internal/secret"
)

// Errors of the first set-up, as sentences for the one who does it.
var (
	ErrSetUpDone = errors.New("the first account has been made already; sign in instead")
	ErrNoCode    = errors.New("there is no set-up code in force; start Weir again to get a new one on its terminal")
	ErrWrongCode = errors.New("this is not the set-up code that Weir printed on its terminal when it started")
)

// maxCodeAttempts is how many wrong codes void the right one.
const maxCodeAttempts = 10

// SetupCode is what is kept of a one-time set-up code: never the code itself.
type SetupCode struct {
	Hash []byte `json:"hash"`
	// Attempts counts the wrong codes so far.
	Attempts int   `json:"attempts"`
	MadeAt   int64 `json:"made_at"`
}

// codeAlphabet leaves out the letters that look like digits.
var codeAlphabet = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewSetupCode makes a new one-time code, which voids the one before, and gives it to be shown on the
// terminal. When there is an account already the error is ErrSetUpDone.
func (g *Gate) NewSetupCode(ctx context.Context) (secret.String, error) {
	if err := g.refuseWhenSetUp(ctx); err != nil {
		return secret.String{}, err
	}
	random := make([]byte, 10)
	if _, err := rand.Read(random); err != nil {
		return secret.String{}, fmt.Errorf("make set-up code: %w", err)
	}
	code := codeAlphabet.EncodeToString(random)
	err := g.directory.ChangeSetupCode(ctx, func(c *SetupCode) error {
		*c = SetupCode{Hash: hashCode(code), MadeAt: g.now().Unix()}
		return nil
	})
	return secret.New(code[:4] + "-" + code[4:8] + "-" + code[8:12] + "-" + code[12:]), err
}

func (g *Gate) refuseWhenSetUp(ctx context.Context) error {
	needed, err := g.NeedsSetUp(ctx)
	if err == nil && !needed {
		err = ErrSetUpDone
	}
	return err
}

// NeedsSetUp tells whether there is no account yet.
func (g *Gate) NeedsSetUp(ctx context.Context) (bool, error) {
	n, err := g.directory.CountUsers(ctx)
	return n == 0, err
}

// SetUp makes the first account, an admin's, for somebody who knows the code from the terminal. The code
// is used up by success. Wrong ones are ErrWrongCode, or a *ThrottledError when they come too fast; after
// ten of them the code is void (ErrNoCode). A login or password that breaks a rule is a *RuleError and
// costs no attempt.
func (g *Gate) SetUp(ctx context.Context, code secret.String, n NewUser, address string) (User, error) {
	n.Role = RoleAdmin
	if err := n.check(); err != nil {
		return User{}, err
	}
	if err := g.refuseWhenSetUp(ctx); err != nil {
		return User{}, err
	}
	if err := g.throttle.take("setup "+address, freeForAccount); err != nil {
		return User{}, err
	}
	if err := g.tryCode(ctx, code); err != nil {
		return User{}, err
	}
	u, err := n.user(g.now())
	if err != nil {
		return User{}, err
	}
	u.SignedInAt = u.CreatedAt
	if u.ID, err = g.directory.CreateFirstUser(ctx, u); err != nil {
		return User{}, err
	}
	return u, g.directory.ChangeSetupCode(ctx, func(c *SetupCode) error {
		*c = SetupCode{}
		return nil
	})
}

// tryCode compares a code with the one in force, and counts it when it is wrong.
func (g *Gate) tryCode(ctx context.Context, code secret.String) error {
	var verdict error
	err := g.directory.ChangeSetupCode(ctx, func(c *SetupCode) error {
		switch {
		case len(c.Hash) == 0 || c.Attempts >= maxCodeAttempts:
			verdict = ErrNoCode
		case subtle.ConstantTimeCompare(c.Hash, hashCode(tidyCode(code.Reveal()))) != 1:
			c.Attempts++
			verdict = ErrWrongCode
		}
		return nil
	})
	if err != nil {
		return err
	}
	return verdict
}

// tidyCode takes what people type: small letters, spaces, and letters that look like the digits meant.
func tidyCode(typed string) string {
	return strings.NewReplacer("-", "", " ", "", "\t", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
}

// hashCode need not be slow: the code is 80 random bits, which nobody guesses from its hash.
func hashCode(code string) []byte {
	sum := sha256.Sum256([]byte("weir set-up code\x00" + code))
	return sum[:]
}
