package signin

import (
	"context"
	"errors"

	"millrace/domain/id"
	"millrace/engine/people"
)

// Invite makes a link that may be used once, and gives its secret: it is shown to whoever invites, and stored nowhere. A link for
// the same actor or person that was not used ends.
func (d *Desk) Invite(ctx context.Context, i people.Invitation, method string, from From) (string, error) {
	secret, err := d.secret()
	if err != nil {
		return "", err
	}
	if i.Authenticator, err = d.CodeKey(); err != nil {
		return "", err
	}
	span := LinkSpan
	if i.Kind == people.Reset {
		span = resetSpan
	}
	i.Hash, i.Login, i.Made, i.Until = hashOf(secret), Login(i.Login), d.now(), d.now().Add(span)
	i.ID = idOf(i.Hash)
	if err := d.store.Invite(ctx, i); err != nil {
		return "", err
	}
	word := WordInvited
	if i.Kind == people.Reset {
		word = WordReset
	}
	return secret, d.note(ctx, i.Person, i.Actor, word, method, "", from)
}

// Link finds what a link is for. The error is ErrOver for one that was used, withdrawn, or has run out.
func (d *Desk) Link(ctx context.Context, secret string) (people.Invitation, error) {
	i, err := d.store.Invitation(ctx, hashOf(secret), d.now())
	if errors.Is(err, people.ErrNotFound) {
		return i, ErrOver
	}
	return i, err
}

// Enrolment is what a person writes into the page of a link.
type Enrolment struct{ Login, Name, Password, Code string }

// Enrolled is what comes of it: what the browser keeps, and the recovery codes, which are shown once.
type Enrolled struct {
	Session string
	Codes   []string
}

// Enrol sets access up with a password and the authenticator that the link's page has shown. Errors are ErrOver, ErrWeak,
// ErrRefused for a wrong code, ErrTaken for the name of somebody else, ErrTooMany, and the file's.
func (d *Desk) Enrol(ctx context.Context, link string, e Enrolment, from From) (Enrolled, error) {
	if err := d.Admit(from); err != nil {
		return Enrolled{}, err
	}
	i, err := d.Link(ctx, link)
	if err != nil {
		return Enrolled{}, err
	}
	p, err := d.enrolling(ctx, i, e)
	if err != nil {
		return Enrolled{}, err
	}
	if Weak(e.Password, p.Login) != "" {
		return Enrolled{}, ErrWeak
	}
	step, right := stepWith(i.Authenticator, e.Code, d.now())
	if !right {
		return Enrolled{}, ErrRefused
	}
	password, err := d.hash(e.Password)
	if err != nil {
		return Enrolled{}, err
	}
	codes, hashes, err := d.newRecovery()
	if err != nil {
		return Enrolled{}, err
	}
	session, err := d.enrol(ctx, i, p, people.Credentials{Password: password, Authenticator: i.Authenticator, Step: step, Recovery: hashes}, ByPassword, from)
	return Enrolled{session, codes}, err
}

// EnrolPasskey sets access up with a passkey alone.
func (d *Desk) EnrolPasskey(ctx context.Context, link string, e Enrolment, step, response, at string, from From) (Enrolled, error) {
	if err := d.Admit(from); err != nil {
		return Enrolled{}, err
	}
	i, err := d.Link(ctx, link)
	if err != nil {
		return Enrolled{}, err
	}
	p, err := d.enrolling(ctx, i, e)
	if err != nil {
		return Enrolled{}, err
	}
	key, handle, err := d.registered(ctx, step, response, at)
	if err != nil {
		return Enrolled{}, err
	}
	if key.Person != i.Person {
		return Enrolled{}, ErrOver // it was begun on another page
	}
	if i.Person == 0 {
		p.Handle = handle
	}
	session, err := d.enrol(ctx, i, p, people.Credentials{Passkey: &key}, ByPasskey, from)
	return Enrolled{Session: session}, err
}

// enrolling is the person whom a link makes or resets.
func (d *Desk) enrolling(ctx context.Context, i people.Invitation, e Enrolment) (people.Person, error) {
	if i.Person != 0 {
		return d.store.Person(ctx, i.Person)
	}
	p := people.Person{Login: Login(e.Login), Name: e.Name}
	if p.Login == "" || p.Name == "" {
		return p, ErrRefused
	}
	if _, err := d.store.ByLogin(ctx, p.Login); !errors.Is(err, people.ErrNotFound) {
		return p, errors.Join(err, ErrTaken)
	}
	var err error
	p.Handle, err = d.bytes(secretBytes)
	return p, err
}

func (d *Desk) enrol(ctx context.Context, i people.Invitation, p people.Person, c people.Credentials, method string, from From) (string, error) {
	person, err := d.store.Enrol(ctx, i, p, c, d.now())
	if errors.Is(err, people.ErrNotFound) {
		return "", ErrOver
	}
	if err != nil {
		return "", err
	}
	if err := d.note(ctx, person, i.Actor, WordEnrolled, method, i.Kind, from); err != nil {
		return "", err
	}
	if err := d.succeeded(ctx, p.Login); err != nil {
		return "", err
	}
	known, err := d.store.Person(ctx, person)
	if err != nil {
		return "", err
	}
	proven := d.now()
	if c.Authenticator == nil && c.Passkey == nil {
		proven = known.AuthenticatorAt // zero: an issuer's word is not a second factor by itself
	}
	return d.begin(ctx, known, method, proven, from)
}

// Join lets somebody who is signed in act as the actor of a link too.
func (d *Desk) Join(ctx context.Context, link string, s *people.Session, from From) (id.Actor, error) {
	i, err := d.Link(ctx, link)
	if err != nil {
		return 0, err
	}
	if i.Actor == 0 || s.Person == 0 {
		return 0, ErrRefused
	}
	if err := d.store.Join(ctx, i, s.Person, d.now()); err != nil {
		return 0, err
	}
	return i.Actor, errors.Join(d.store.ActAs(ctx, s.Hash, i.Actor), d.note(ctx, s.Person, i.Actor, WordJoined, ByLink, "", from))
}

// SetPassword changes a person's password. All other sessions end.
func (d *Desk) SetPassword(ctx context.Context, s *people.Session, password string, from From) error {
	p, err := d.store.Person(ctx, s.Person)
	if err != nil {
		return err
	}
	if Weak(password, p.Login) != "" {
		return ErrWeak
	}
	hashed, err := d.hash(password)
	if err != nil {
		return err
	}
	return errors.Join(d.store.Give(ctx, p.ID, people.Credentials{Password: hashed}, d.now()), d.store.EndOthers(ctx, p.ID, s.Hash),
		d.note(ctx, p.ID, s.Actor, WordPassword, s.Method, "", from))
}

const codesStep = "authenticator"

// ShowAuthenticator makes the shared secret of a new authenticator, which counts once its code was told back.
func (d *Desk) ShowAuthenticator(s *people.Session) (step string, key []byte, err error) {
	if key, err = d.CodeKey(); err != nil {
		return "", nil, err
	}
	step, err = d.wait(waiting{person: s.Person, ceremony: key, kind: codesStep})
	return step, key, err
}

// AgainAuthenticator gives the shared secret of a step that still waits.
func (d *Desk) AgainAuthenticator(step string) ([]byte, bool) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	w, known := d.waiting[step]
	return w.ceremony, known && w.kind == codesStep
}

// SetAuthenticator takes the first code of a new authenticator, and gives new recovery codes, which are shown once. The error is
// ErrRefused, after which the step may be tried again, ErrOver, or the file's.
func (d *Desk) SetAuthenticator(ctx context.Context, s *people.Session, step, code string, from From) ([]string, error) {
	if err := d.Admit(from); err != nil {
		return nil, err
	}
	w, err := d.take(step, codesStep)
	if err != nil {
		return nil, err
	}
	at, right := stepWith(w.ceremony, code, d.now())
	if !right || w.person != s.Person {
		d.back(step, w)
		return nil, ErrRefused
	}
	codes, hashes, err := d.newRecovery()
	if err != nil {
		return nil, err
	}
	return codes, errors.Join(d.store.Give(ctx, s.Person, people.Credentials{Authenticator: w.ceremony, Step: at, Recovery: hashes}, d.now()),
		d.note(ctx, s.Person, s.Actor, WordCodes, s.Method, "", from), d.store.Prove(ctx, s.Hash, d.now()))
}

// NewRecovery makes recovery codes in place of those that a person has; they are shown once.
func (d *Desk) NewRecovery(ctx context.Context, s *people.Session, from From) ([]string, error) {
	codes, hashes, err := d.newRecovery()
	if err != nil {
		return nil, err
	}
	return codes, errors.Join(d.store.Give(ctx, s.Person, people.Credentials{Recovery: hashes}, d.now()), d.note(ctx, s.Person, s.Actor, WordRecovery, s.Method, "", from))
}

// Note adds a line about somebody's access to the journal, in the desk's own words.
func (d *Desk) Note(ctx context.Context, person int64, actor id.Actor, what, method, note string, from From) error {
	return d.note(ctx, person, actor, what, method, note, from)
}
