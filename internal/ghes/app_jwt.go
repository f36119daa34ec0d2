package ghes

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// longestJWT is how far ahead an app's token may end.
const longestJWT = 10 * time.Minute

var errUndecodable = refuse(http.StatusUnauthorized, "A JSON web token could not be decoded")

// byJWT signs an app in by a token that it made itself.
func (s *Server) byJWT(token string) (viewer, error) {
	parts := strings.Split(token, ".")
	var head struct{ Alg string }
	var claims struct {
		Iat, Exp json.Number
		Iss      any
	}
	if len(parts) != 3 || readPart(parts[0], &head) != nil || head.Alg != "RS256" || readPart(parts[1], &claims) != nil {
		return viewer{}, errUndecodable
	}
	iat, iatErr := claims.Iat.Int64()
	exp, expErr := claims.Exp.Int64()
	now := s.now()
	switch {
	case iatErr != nil || time.Unix(iat, 0).After(now):
		return viewer{}, refuse(http.StatusUnauthorized, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
	case expErr != nil || !time.Unix(exp, 0).After(now):
		return viewer{}, refuse(http.StatusUnauthorized, "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires")
	case time.Unix(exp, 0).After(now.Add(longestJWT)):
		return viewer{}, refuse(http.StatusUnauthorized, "'Expiration time' claim ('exp') is too far in the future")
	}
	app, ok := s.World.appByIssuer(strings.Trim(string(encode(claims.Iss)), `"`))
	if !ok {
		return viewer{}, refuse(http.StatusNotFound, "Integration not found")
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || rsa.VerifyPKCS1v15(&app.Key.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		return viewer{}, errUndecodable
	}
	return viewer{app: &app, kind: "app"}, nil
}

func readPart(part string, into any) error {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
