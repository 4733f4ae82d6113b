package signin

import (
	"errors"
	"testing"
	"time"

	"millrace/edge/signin/signintest"
	"millrace/engine/people"
)

// signedOn is a scene whose Anna is known to an issuer.
func signedOn(t *testing.T, secondFactor bool) (*scene, *signintest.Issuer) {
	t.Helper()
	var s *scene
	o := signintest.New(t, func() time.Time { return s.at })
	s = newScene(t, Issuer{Name: "work", Title: "Work", Issuer: o.URL, ClientID: signintest.Client, ClientSecret: signintest.Secret, SecondFactor: secondFactor})
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

func (s *scene) travel(o *signintest.Issuer, link string, e Enrolment, session *people.Session) (Arrival, error) {
	s.Helper()
	leaving := Leaving{Issuer: "work", Origin: "http://localhost", Link: link, Enrolment: e, To: "/parties"}
	if session != nil {
		leaving.Person = session.Person
	}
	journey, err := s.desk.Leave(s.Context(), leaving, s.from)
	if err != nil {
		s.Fatal(err)
	}
	state, code := o.Visited(journey.Address)
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

	o.Subject = "a stranger"
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
		o.Twist = twist
		if _, err := s.travel(o, "", Enrolment{}, nil); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.Twist = nil
	journey, err := s.desk.Leave(t.Context(), Leaving{Issuer: "work", Origin: "http://localhost"}, s.from)
	if err != nil {
		t.Fatal(err)
	}
	state, code := o.Visited(journey.Address)
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
	state, _ = o.Visited(journey.Address)
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
