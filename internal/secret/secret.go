// Package secret holds values that must not be seen, in memory and at rest.
//
// A String prints as *** whichever way it is printed, so that a token cannot reach a log, a page or an
// error by accident; Reveal is the one way to its text and easy to search for. A Keyring seals bytes for
// the database with AES-256-GCM under a key that is kept outside the database.
package secret

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

// Mask is what stands wherever a secret would be printed.
const Mask = "***"

// String is a text that prints as *** by every verb, encoder and template. The zero value is empty and
// prints as nothing. It cannot be compared with ==; use Equal.
type String struct {
	_ [0]func() // == would compare addresses, so let it not compile
	// A pointer, because fmt prints unexported fields without asking their methods: it then shows an address.
	text *string
}

// New hides s.
func New(s string) String {
	if s == "" {
		return String{}
	}
	return String{text: &s}
}

// Reveal gives the hidden text. Call it only where the text leaves for the place it is meant for.
func (s String) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty tells whether there is nothing to hide.
func (s String) Empty() bool { return s.text == nil }

// Equal compares two secrets in a time that does not depend on where they differ.
func (s String) Equal(o String) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(o.Reveal())) == 1
}

// String gives ***, or nothing for an empty secret.
func (s String) String() string {
	if s.Empty() {
		return ""
	}
	return Mask
}

// GoString gives the same as String, for %#v.
func (s String) GoString() string { return s.String() }

// Format answers every verb and flag of fmt with ***.
func (s String) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText gives ***: encoders (JSON, XML, YAML, CSV) must not write the text.
func (s String) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText hides text that was read from a configuration or a form.
func (s *String) UnmarshalText(text []byte) error {
	*s = New(string(text))
	return nil
}

// LogValue gives *** to slog.
func (s String) LogValue() slog.Value { return slog.StringValue(s.String()) }
