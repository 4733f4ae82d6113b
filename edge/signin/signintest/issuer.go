// Package signintest has an issuer of OpenID Connect for tests.
package signintest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Issuer is one of OpenID Connect in the test's own process.
type Issuer struct {
	*httptest.Server
	Subject string                      // of whom it is asked about
	Twist   func(claims map[string]any) // changes what it says; nil for nothing

	t     testing.TB
	key   *rsa.PrivateKey
	now   func() time.Time
	mutex sync.Mutex
	asked map[string]url.Values // by code; guarded by mutex
}

// The client that it knows.
const (
	Client = "millrace"
	Secret = "shared"
)

// New starts an issuer whose word is as old as a clock says. The test's end stops it.
func New(t testing.TB, now func() time.Time) *Issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	o := &Issuer{t: t, key: key, now: now, asked: map[string]url.Values{}, Subject: "greta-at-work"}
	mux := http.NewServeMux()
	o.Server = httptest.NewServer(mux)
	t.Cleanup(o.Close)
	answer := func(w http.ResponseWriter, value any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(value)
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": o.URL, "authorization_endpoint": o.URL + "/authorize", "token_endpoint": o.URL + "/token", "jwks_uri": o.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	// Whoever comes is signed in there already, and is sent back at once.
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		state, code := o.Visited(r.URL.String())
		http.Redirect(w, r, r.FormValue("redirect_uri")+"?"+url.Values{"state": {state}, "code": {code}}.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		o.mutex.Lock()
		asked, known := o.asked[r.FormValue("code")]
		delete(o.asked, r.FormValue("code"))
		o.mutex.Unlock()
		verified := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		id, secret, _ := r.BasicAuth()
		if !known || base64.RawURLEncoding.EncodeToString(verified[:]) != asked.Get("code_challenge") || id != Client || secret != Secret ||
			r.FormValue("redirect_uri") != asked.Get("redirect_uri") {
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]string{"error": "invalid_grant"})
			return
		}
		claims := map[string]any{"iss": o.URL, "aud": Client, "sub": o.Subject, "nonce": asked.Get("nonce"), "iat": o.now().Unix(), "exp": o.now().Add(time.Minute).Unix()}
		if o.Twist != nil {
			o.Twist(claims)
		}
		answer(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": o.signed(claims)})
	})
	return o
}

func (o *Issuer) signed(claims map[string]any) string {
	encode := func(value any) string {
		bytes, err := json.Marshal(value)
		if err != nil {
			o.t.Error(err)
		}
		return base64.RawURLEncoding.EncodeToString(bytes)
	}
	text := encode(map[string]string{"alg": "RS256", "kid": "1"}) + "." + encode(claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, o.key, crypto.SHA256, sum[:])
	if err != nil {
		o.t.Error(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// Visited is what the issuer's page does with a browser that was sent there: it gives a code for the state.
func (o *Issuer) Visited(address string) (state, code string) {
	o.t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		o.t.Fatal(err)
	}
	query := at.Query()
	if query.Get("client_id") != Client || query.Get("response_type") != "code" || query.Get("code_challenge_method") != "S256" {
		o.t.Errorf("asked for %v", query)
	}
	code = "code-" + query.Get("nonce")
	o.mutex.Lock()
	o.asked[code] = query
	o.mutex.Unlock()
	return query.Get("state"), code
}
