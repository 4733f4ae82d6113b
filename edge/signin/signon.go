package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"millrace/engine/people"
)

// Issuer is one of OpenID Connect whose word about people is taken. Whom it names is let in only after a link has bound that name to
// a person.
type Issuer struct {
	Name         string   `json:"name"` // in addresses: letters, digits and hyphens
	Title        string   `json:"title"`
	Issuer       string   `json:"issuer"`
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret,omitempty"`
	Scopes       []string `json:"scopes,omitempty"`
	// SecondFactor says that the issuer asks for a second factor itself, whenever it is asked anew.
	SecondFactor bool `json:"second_factor,omitempty"`
	// Client is nil for one of the system.
	Client *http.Client `json:"-"`
}

// signOn is an issuer that is asked for its addresses when it is needed first.
type signOn struct {
	Issuer
	mutex    sync.Mutex
	provider *oidc.Provider // guarded by mutex; nil until it has answered
}

const signOnSpan = 10 * time.Second

func (s *signOn) context(ctx context.Context) (context.Context, context.CancelFunc) {
	client := s.Client
	if client == nil {
		client = &http.Client{Timeout: signOnSpan}
	}
	return context.WithTimeout(oidc.ClientContext(ctx, client), signOnSpan)
}

func (s *signOn) ready(ctx context.Context) (*oidc.Provider, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.provider != nil {
		return s.provider, nil
	}
	// Keys are fetched later on, when this request is over: they must not end with it.
	asked, cancel := s.context(context.WithoutCancel(ctx))
	defer cancel()
	found, err := oidc.NewProvider(asked, s.Issuer.Issuer)
	if err != nil {
		return nil, fmt.Errorf("signin: issuer %s: %w", s.Name, err)
	}
	s.provider = found
	return found, nil
}

func (s *signOn) client(p *oidc.Provider, origin string) *oauth2.Config {
	scopes := append([]string{oidc.ScopeOpenID}, s.Scopes...)
	return &oauth2.Config{ClientID: s.ClientID, ClientSecret: s.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: origin + "/sign-in/back", Scopes: scopes}
}

// Issuers are those at which people may sign in.
func (d *Desk) Issuers() []Issuer {
	var all []Issuer
	for _, s := range d.issuers {
		all = append(all, s.Issuer)
	}
	return all
}

func (d *Desk) issuer(name string) (*signOn, error) {
	at := slices.IndexFunc(d.issuers, func(s *signOn) bool { return s.Name == name })
	if at < 0 {
		return nil, ErrOver
	}
	return d.issuers[at], nil
}

const signOnStep = "single sign-on"

// errand is why somebody was sent to an issuer.
type errand struct {
	Issuer, Nonce, Verifier, Origin string
	Browser                         []byte // hash of what the browser keeps meanwhile
	Link                            string // to set up access by; "" to sign in
	Enrolment                       Enrolment
	To                              string
}

// Journey is where a browser is sent, and what it keeps meanwhile.
type Journey struct{ Address, Browser string }

// Leaving is where to and why a browser is sent: to sign in, to set up access by a link, or to connect the issuer to a person.
type Leaving struct {
	Issuer    string // its name
	Origin    string // of the request, where the node has no address of its own
	Link      string // by which access is set up; "" for none
	Enrolment Enrolment
	Person    int64  // to whom the issuer is connected; 0 for nobody
	To        string // page to which the person returns
	Again     bool   // the issuer is to ask who it is, whoever it remembers
}

// Leave sends a browser to an issuer. Errors are ErrOver for an issuer that there is not, ErrNoOrigin, ErrTooMany, and the issuer's.
func (d *Desk) Leave(ctx context.Context, l Leaving, from From) (Journey, error) {
	if err := d.Admit(from); err != nil {
		return Journey{}, err
	}
	origin := l.Origin
	if d.origin != "" {
		origin = d.origin
	}
	if origin == "" {
		return Journey{}, ErrNoOrigin
	}
	issuer, err := d.issuer(l.Issuer)
	if err != nil {
		return Journey{}, err
	}
	provider, err := issuer.ready(ctx)
	if err != nil {
		return Journey{}, err
	}
	nonce, nonceErr := d.secret()
	verifier, verifierErr := d.secret()
	browser, browserErr := d.secret()
	if err := errors.Join(nonceErr, verifierErr, browserErr); err != nil {
		return Journey{}, err
	}
	kept := hashOf(browser)
	remembered, err := json.Marshal(errand{Issuer: l.Issuer, Nonce: nonce, Verifier: verifier, Origin: origin, Browser: kept[:], Link: l.Link, Enrolment: l.Enrolment, To: l.To})
	if err != nil {
		return Journey{}, fmt.Errorf("signin: %w", err)
	}
	state, err := d.wait(waiting{person: l.Person, ceremony: remembered, kind: signOnStep})
	if err != nil {
		return Journey{}, err
	}
	asking := []oauth2.AuthCodeOption{oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)}
	if l.Again {
		asking = append(asking, oauth2.SetAuthURLParam("prompt", "login"))
	}
	return Journey{issuer.client(provider, origin).AuthCodeURL(state, asking...), browser}, nil
}

// Arrival is what came of a way to an issuer: a session, or a step that waits for a code.
type Arrival struct {
	Session, Step, To string
	Connected         bool // the issuer was added to a session's person
}

// Return takes the issuer's answer. The error is ErrRefused, ErrOver, ErrTaken, or the issuer's or the file's.
func (d *Desk) Return(ctx context.Context, state, code, browser string, from From) (Arrival, error) {
	if err := d.Admit(from); err != nil {
		return Arrival{}, err
	}
	w, err := d.take(state, signOnStep)
	if err != nil {
		return Arrival{}, err
	}
	var gone errand
	if err := json.Unmarshal(w.ceremony, &gone); err != nil {
		return Arrival{}, fmt.Errorf("signin: %w", err)
	}
	kept := hashOf(browser)
	if subtle.ConstantTimeCompare(kept[:], gone.Browser) != 1 {
		return Arrival{}, ErrOver
	}
	issuer, err := d.issuer(gone.Issuer)
	if err != nil {
		return Arrival{}, err
	}
	subject, err := d.subject(ctx, issuer, &gone, code)
	if err != nil {
		return Arrival{}, errors.Join(err, d.note(ctx, 0, 0, WordRefused, BySignOn, issuer.Name, from))
	}
	bound := people.Subject{Issuer: issuer.Issuer.Issuer, Subject: subject}
	switch {
	case gone.Link != "":
		return d.enrolSubject(ctx, &gone, bound, from)
	case w.person != 0:
		// The browser is the one that left: its strict cookie is not sent on the way back from another site.
		return Arrival{To: gone.To, Connected: true}, errors.Join(d.store.Give(ctx, w.person, people.Credentials{Subject: &bound}, d.now()),
			d.note(ctx, w.person, 0, WordSignOn, BySignOn, issuer.Name, from))
	}
	p, err := d.store.BySubject(ctx, bound.Issuer, bound.Subject)
	if errors.Is(err, people.ErrNotFound) {
		return Arrival{}, errors.Join(d.note(ctx, 0, 0, WordRefused, BySignOn, issuer.Name+": nobody here has this name there", from), ErrRefused)
	}
	if err != nil {
		return Arrival{}, err
	}
	arrival := Arrival{To: gone.To}
	switch {
	case issuer.SecondFactor:
		arrival.Session, err = d.begin(ctx, p, BySignOn, d.now(), from)
	case p.Authenticator != nil && !p.Suspended:
		arrival.Step, err = d.wait(waiting{person: p.ID, kind: codeStep})
	default:
		arrival.Session, err = d.begin(ctx, p, BySignOn, time.Time{}, from)
	}
	return arrival, err
}

// enrolSubject spends a link by the word of an issuer.
func (d *Desk) enrolSubject(ctx context.Context, gone *errand, bound people.Subject, from From) (Arrival, error) {
	i, err := d.Link(ctx, gone.Link)
	if err != nil {
		return Arrival{}, err
	}
	p, err := d.enrolling(ctx, i, gone.Enrolment)
	if err != nil {
		return Arrival{}, err
	}
	session, err := d.enrol(ctx, i, p, people.Credentials{Subject: &bound}, BySignOn, from)
	return Arrival{Session: session, To: gone.To}, err
}

// subject exchanges the code for the issuer's word, and verifies it.
func (d *Desk) subject(ctx context.Context, issuer *signOn, gone *errand, code string) (string, error) {
	provider, err := issuer.ready(ctx)
	if err != nil {
		return "", err
	}
	asked, cancel := issuer.context(ctx)
	defer cancel()
	token, err := issuer.client(provider, gone.Origin).Exchange(asked, code, oauth2.VerifierOption(gone.Verifier))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrRefused, err)
	}
	raw, is := token.Extra("id_token").(string)
	if !is {
		return "", fmt.Errorf("%w: the issuer gave no ID token", ErrRefused)
	}
	word, err := provider.VerifierContext(asked, &oidc.Config{ClientID: issuer.ClientID, Now: d.now}).Verify(asked, raw)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if word.Subject == "" || subtle.ConstantTimeCompare([]byte(word.Nonce), []byte(gone.Nonce)) != 1 {
		return "", fmt.Errorf("%w: the ID token is for another request", ErrRefused)
	}
	return word.Subject, nil
}
