package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"millrace/engine/people"
)

const (
	registerStep = "register passkey"
	passkeyStep  = "show passkey"
	passkeysMax  = 20 // of one person
)

// holder is a person as the protocol sees it.
type holder struct {
	person people.Person
	keys   []webauthn.Credential
}

// WebAuthnID is the handle that stands for the person in its authenticators.
func (h *holder) WebAuthnID() []byte { return h.person.Handle }

// WebAuthnName is what an authenticator shows.
func (h *holder) WebAuthnName() string { return h.person.Login }

// WebAuthnDisplayName is what an authenticator shows beside it.
func (h *holder) WebAuthnDisplayName() string { return h.person.Name }

// WebAuthnCredentials are the person's passkeys.
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func (d *Desk) holder(ctx context.Context, p people.Person) (*holder, error) {
	h := &holder{person: p}
	if p.ID == 0 {
		return h, nil
	}
	stored, err := d.store.Passkeys(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, k := range stored {
		var key webauthn.Credential
		if err := json.Unmarshal(k.Record, &key); err != nil {
			return nil, fmt.Errorf("signin: passkey: %w", err)
		}
		h.keys = append(h.keys, key)
	}
	return h, nil
}

// OriginOf is the origin to which passkeys belong: the node's own address, or, where it has none, that of a request under the name
// localhost. It is "" where neither is: what a request says about its host must not decide.
func (d *Desk) OriginOf(request string) string {
	if d.origin != "" {
		return d.origin
	}
	if at, err := url.Parse(request); err == nil && at.Hostname() == "localhost" {
		return request
	}
	return ""
}

// ErrNoOrigin is returned where passkeys and single sign-on have no address to belong to.
var ErrNoOrigin = errors.New("signin: the node has no address to which passkeys could belong")

func (d *Desk) party(request string) (*webauthn.WebAuthn, error) {
	origin := d.OriginOf(request)
	at, err := url.Parse(origin)
	if err != nil || origin == "" {
		return nil, ErrNoOrigin
	}
	party, err := webauthn.New(&webauthn.Config{RPID: at.Hostname(), RPDisplayName: "Millrace", RPOrigins: []string{origin}})
	if err != nil {
		return nil, fmt.Errorf("signin: %w", err)
	}
	return party, nil
}

// Ceremony is what a page needs to talk to an authenticator: the step's name, and the options in JSON (WebAuthn Level 3, sections
// 5.1.8 and 5.1.10).
type Ceremony struct{ Step, Options string }

func (d *Desk) ceremony(kind string, person int64, data *webauthn.SessionData, options any) (Ceremony, error) {
	remembered, err := json.Marshal(data)
	if err != nil {
		return Ceremony{}, fmt.Errorf("signin: %w", err)
	}
	shown, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, fmt.Errorf("signin: %w", err)
	}
	step, err := d.wait(waiting{person: person, ceremony: remembered, kind: kind})
	return Ceremony{step, string(shown)}, err
}

// Register begins to make a passkey. Of a person who is not there yet the identity is 0; its handle is made here.
func (d *Desk) Register(ctx context.Context, p people.Person, at string) (Ceremony, error) {
	party, err := d.party(at)
	if err != nil {
		return Ceremony{}, err
	}
	if p.Handle == nil {
		if p.Handle, err = d.bytes(secretBytes); err != nil {
			return Ceremony{}, err
		}
	}
	if p.Login == "" {
		p.Login = "Millrace"
	}
	h, err := d.holder(ctx, p)
	if err != nil {
		return Ceremony{}, err
	}
	options, data, err := party.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}), webauthn.WithConveyancePreference(protocol.PreferNoAttestation))
	if err != nil {
		return Ceremony{}, fmt.Errorf("signin: %w", err)
	}
	return d.ceremony(registerStep, p.ID, data, options.Response)
}

// registered takes what an authenticator has made. The handle is the one that was offered.
func (d *Desk) registered(ctx context.Context, step, response, at string) (key people.Passkey, handle []byte, err error) {
	party, err := d.party(at)
	if err != nil {
		return key, nil, err
	}
	w, err := d.take(step, registerStep)
	if err != nil {
		return key, nil, err
	}
	var data webauthn.SessionData
	if err := json.Unmarshal(w.ceremony, &data); err != nil {
		return key, nil, fmt.Errorf("signin: %w", err)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(response))
	if err != nil {
		return key, nil, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	h := &holder{person: people.Person{ID: w.person, Handle: data.UserID}}
	made, err := party.CreateCredential(h, data, parsed)
	if err != nil {
		return key, nil, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	record, err := json.Marshal(made)
	if err != nil {
		return key, nil, fmt.Errorf("signin: %w", err)
	}
	return people.Passkey{ID: made.ID, Person: w.person, Name: "Passkey", Record: record}, data.UserID, nil
}

// AddPasskey gives a person one more.
func (d *Desk) AddPasskey(ctx context.Context, s *people.Session, step, response, name, at string, from From) error {
	key, _, err := d.registered(ctx, step, response, at)
	if err != nil {
		return err
	}
	known, err := d.store.Passkeys(ctx, s.Person)
	if err != nil {
		return err
	}
	if key.Person != s.Person || len(known) >= passkeysMax {
		return ErrRefused
	}
	if name != "" {
		key.Name = name
	}
	return errors.Join(d.store.Give(ctx, s.Person, people.Credentials{Passkey: &key}, d.now()), d.note(ctx, s.Person, s.Actor, WordPasskey, s.Method, key.Name, from))
}

// Ask begins to ask for a passkey, of anybody.
func (d *Desk) Ask(at string) (Ceremony, error) {
	party, err := d.party(at)
	if err != nil {
		return Ceremony{}, err
	}
	options, data, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("signin: %w", err)
	}
	return d.ceremony(passkeyStep, 0, data, options.Response)
}

// shown finds the person whose passkey was shown.
func (d *Desk) shown(ctx context.Context, step, response, at string, from From) (people.Person, error) {
	var p people.Person
	if err := d.Admit(from); err != nil {
		return p, err
	}
	party, err := d.party(at)
	if err != nil {
		return p, err
	}
	w, err := d.take(step, passkeyStep)
	if err != nil {
		return p, err
	}
	var data webauthn.SessionData
	if err := json.Unmarshal(w.ceremony, &data); err != nil {
		return p, fmt.Errorf("signin: %w", err)
	}
	refused := func(note string) (people.Person, error) {
		return p, errors.Join(d.note(ctx, p.ID, 0, WordRefused, ByPasskey, note, from), ErrRefused)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(response))
	if err != nil {
		return refused("what was sent is no passkey's answer")
	}
	var broken error
	_, key, err := party.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if p, broken = d.store.ByHandle(ctx, handle); broken != nil {
			return nil, broken
		}
		var h *holder
		h, broken = d.holder(ctx, p)
		return h, broken
	}, data, parsed)
	if broken != nil && !errors.Is(broken, people.ErrNotFound) {
		return p, broken
	}
	if err != nil {
		return refused("the passkey is unknown or its signature is wrong")
	}
	if key.Authenticator.CloneWarning {
		return refused("the passkey counts backwards: there may be a copy of it")
	}
	record, err := json.Marshal(key)
	if err != nil {
		return p, fmt.Errorf("signin: %w", err)
	}
	return p, d.store.UsePasskey(ctx, key.ID, record, d.now())
}

// Passkey signs in whoever's passkey was shown. It is two factors in one: the authenticator, and what unlocks it.
func (d *Desk) Passkey(ctx context.Context, step, response, at string, from From) (string, error) {
	p, err := d.shown(ctx, step, response, at, from)
	if err != nil {
		return "", err
	}
	return d.begin(ctx, p, ByPasskey, d.now(), from)
}

// ProvePasskey makes the second factor of a session fresh by the person's passkey.
func (d *Desk) ProvePasskey(ctx context.Context, s *people.Session, step, response, at string, from From) error {
	p, err := d.shown(ctx, step, response, at, from)
	if err != nil {
		return err
	}
	if p.ID != s.Person {
		return errors.Join(d.note(ctx, s.Person, s.Actor, WordRefused, ByPasskey, "another person's passkey", from), ErrRefused)
	}
	return errors.Join(d.store.Prove(ctx, s.Hash, d.now()), d.note(ctx, p.ID, s.Actor, WordProved, ByPasskey, "", from))
}
