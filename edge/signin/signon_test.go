package signin

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"millrace/engine/people"
)

// issuer is one of OpenID Connect in the test's own process.
type issuer struct {
	*httptest.Server
	t       *testing.T
	key     *rsa.PrivateKey
	now     func() time.Time
	subject string
	asked   map[string]url.Values // by code
	twist   func(claims map[string]any)
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	o := &issuer{t: t, key: key, asked: map[string]url.Values{}, subject: "greta-at-work"}
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
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		asked, known := o.asked[r.FormValue("code")]
		delete(o.asked, r.FormValue("code"))
		verified := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		id, secret, _ := r.BasicAuth()
		if !known || base64.RawURLEncoding.EncodeToString(verified[:]) != asked.Get("code_challenge") || id != "millrace" || secret != "shared" ||
			r.FormValue("redirect_uri") != asked.Get("redirect_uri") {
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]string{"error": "invalid_grant"})
			return
		}
		claims := map[string]any{"iss": o.URL, "aud": "millrace", "sub": o.subject, "nonce": asked.Get("nonce"), "iat": o.now().Unix(), "exp": o.now().Add(time.Minute).Unix()}
		if o.twist != nil {
			o.twist(claims)
		}
		answer(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": o.signed(claims)})
	})
	return o
}

func (o *issuer) signed(claims map[string]any) string {
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

// visited is what the issuer's page does with a browser that was sent there: it gives a code for the state.
func (o *issuer) visited(address string) (state, code string) {
	o.t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		o.t.Fatal(err)
	}
	query := at.Query()
	if query.Get("client_id") != "millrace" || query.Get("response_type") != "code" || query.Get("code_challenge_method") != "S256" || query.Get("redirect_uri") != "http://localhost/sign-in/back" {
		o.t.Errorf("asked for %v", query)
	}
	code = "code-" + query.Get("nonce")
	o.asked[code] = query
	return query.Get("state"), code
}

// signedOn is a scene whose Anna is known to an issuer.
func signedOn(t *testing.T, secondFactor bool) (*scene, *issuer) {
	t.Helper()
	o := newIssuer(t)
	s := newScene(t, Issuer{Name: "work", Title: "Work", Issuer: o.URL, ClientID: "millrace", ClientSecret: "shared", SecondFactor: secondFactor})
	o.now = func() time.Time { return s.at }
	link, err := s.desk.Invite(t.Context(), people.Invitation{Kind: people.Invited, Actor: 7}, ByLink, s.from)
	if err != nil {
		t.Fatal(err)
	}
	arrival, err := s.travel(o, link, Enrolment{Login: "anna", Name: "Anna"}, nil)
	if err != nil || arrival.Session == "" {
		t.Fatal(arrival, err)
	}
	if _, err := s.desk.Link(t.Context(), link); !errors.Is(err, ErrOver) {
		t.Errorf("the link is good for a second time: %v", err)
	}
	return s, o
}

func (s *scene) travel(o *issuer, link string, e Enrolment, session *people.Session) (Arrival, error) {
	s.Helper()
	leaving := Leaving{Issuer: "work", Origin: "http://localhost", Link: link, Enrolment: e, To: "/parties"}
	if session != nil {
		leaving.Person = session.Person
	}
	journey, err := s.desk.Leave(s.Context(), leaving, s.from)
	if err != nil {
		s.Fatal(err)
	}
	state, code := o.visited(journey.Address)
	return s.desk.Return(s.Context(), state, code, journey.Browser, s.from)
}

func TestSingleSignOn(t *testing.T) {
	s, o := signedOn(t, true)
	arrival, err := s.travel(o, "", Enrolment{}, nil)
	if err != nil || arrival.To != "/parties" {
		t.Fatal(arrival, err)
	}
	session, err := s.desk.Session(t.Context(), arrival.Session)
	if err != nil || session.Actor != 7 || session.Method != BySignOn || !s.desk.Fresh(&session) {
		t.Fatal(session, err)
	}

	o.subject = "a stranger"
	if _, err := s.travel(o, "", Enrolment{}, nil); !errors.Is(err, ErrRefused) {
		t.Errorf("somebody whom no link has bound is let in: %v", err)
	}
	// It can be bound in a session.
	if arrival, err = s.travel(o, "", Enrolment{}, &session); err != nil || !arrival.Connected || arrival.Session != "" {
		t.Fatal(arrival, err)
	}
	if _, err := s.travel(o, "", Enrolment{}, nil); err != nil {
		t.Errorf("after connecting: %v", err)
	}
}

func TestAnIssuerIsNotBelievedBlindly(t *testing.T) {
	s, o := signedOn(t, true)
	for name, twist := range map[string]func(map[string]any){
		"another nonce":    func(c map[string]any) { c["nonce"] = "another" },
		"another audience": func(c map[string]any) { c["aud"] = "another" },
		"another issuer":   func(c map[string]any) { c["iss"] = "https://another.example" },
		"an old word":      func(c map[string]any) { c["exp"] = s.at.Add(-time.Hour).Unix() },
		"nobody":           func(c map[string]any) { c["sub"] = "" },
	} {
		o.twist = twist
		if _, err := s.travel(o, "", Enrolment{}, nil); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.twist = nil
	journey, err := s.desk.Leave(t.Context(), Leaving{Issuer: "work", Origin: "http://localhost"}, s.from)
	if err != nil {
		t.Fatal(err)
	}
	state, code := o.visited(journey.Address)
	if _, err := s.desk.Return(t.Context(), state, code, "another browser", s.from); !errors.Is(err, ErrOver) {
		t.Errorf("another browser brings the answer: %v", err)
	}
	if _, err := s.desk.Return(t.Context(), state, code, journey.Browser, s.from); !errors.Is(err, ErrOver) {
		t.Errorf("a state is taken twice: %v", err)
	}
	journey, err = s.desk.Leave(t.Context(), Leaving{Issuer: "work", Origin: "http://localhost"}, s.from)
	if err != nil {
		t.Fatal(err)
	}
	state, _ = o.visited(journey.Address)
	if _, err := s.desk.Return(t.Context(), state, "another code", journey.Browser, s.from); !errors.Is(err, ErrRefused) {
		t.Errorf("a code that the issuer did not give: %v", err)
	}
	if _, err := s.desk.Leave(t.Context(), Leaving{Issuer: "nobody", Origin: "http://localhost"}, s.from); !errors.Is(err, ErrOver) {
		t.Errorf("an issuer that is not in the file: %v", err)
	}
	if _, err := s.desk.Leave(t.Context(), Leaving{Issuer: "work"}, s.from); !errors.Is(err, ErrNoOrigin) {
		t.Errorf("a node that does not know its address: %v", err)
	}
}

// Where the issuer asks for no second factor, the person's own is asked for, and what weighs is closed to whoever has none.
func TestAnIssuerWithoutASecondFactor(t *testing.T) {
	s, o := signedOn(t, false)
	arrival, err := s.travel(o, "", Enrolment{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.desk.Session(t.Context(), arrival.Session)
	if err != nil || s.desk.Fresh(&session) {
		t.Fatal("fresh", err)
	}
	step, key, err := s.desk.ShowAuthenticator(&session)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.SetAuthenticator(t.Context(), &session, step, codeAt(key, stepOf(s.at)), s.from); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(time.Minute)
	if arrival, err = s.travel(o, "", Enrolment{}, nil); err != nil || arrival.Session != "" || arrival.Step == "" {
		t.Fatal(arrival, err)
	}
	secret, err := s.desk.Code(t.Context(), arrival.Step, codeAt(key, stepOf(s.at)), s.from)
	if err != nil {
		t.Fatal(err)
	}
	if session, err = s.desk.Session(t.Context(), secret); err != nil || !s.desk.Fresh(&session) {
		t.Error("not fresh", err)
	}
}
