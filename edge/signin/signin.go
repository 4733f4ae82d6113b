// Package signin says who a person is: by password and one-time code, by passkey, or by the word of an issuer of OpenID
// Connect. It keeps the sessions that follow, the links by which people are let in, and a journal of every attempt. Rows are in
// engine/people; as whom a person acts, and what that actor may do, is in the book.
//
// A name that nobody has is answered like a wrong password, in the same words and after the same work. Clock and randomness come
// from outside.
package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"millrace/domain/id"
	"millrace/engine/people"
)

var (
	// ErrRefused is returned for whatever does not prove who somebody is. It does not say which part was wrong.
	ErrRefused = errors.New("signin: refused")
	// ErrTooMany is returned where too much was tried from one address.
	ErrTooMany = errors.New("signin: too many attempts from this address")
	// ErrOver is returned for a session, link or step that has ended or never was.
	ErrOver = errors.New("signin: it has ended")
	// ErrWeak is returned for a password that is not to be had; see Weak.
	ErrWeak = errors.New("signin: the password is too weak")
	// ErrTaken is returned for a name, passkey or subject of somebody else.
	ErrTaken = people.ErrTaken
)

const (
	sessionSpan = 8 * time.Hour    // from signing in
	idleSpan    = 30 * time.Minute // since the last page
	touchSpan   = time.Minute      // between two notes that a session was used
	stepSpan    = 5 * time.Minute  // from the first factor to the second, and of a ceremony
	// FreshSpan is how long a second factor counts as just shown.
	FreshSpan = 15 * time.Minute
	// LinkSpan is how long a link may be used.
	LinkSpan  = 72 * time.Hour
	resetSpan = 2 * time.Hour

	keptSpan    = 30 * 24 * time.Hour // of links that have ended and failures, from then on
	steps       = 10_000              // under way at once
	stepTries   = 5                   // of one second step
	agentBytes  = 200
	secretBytes = 32
)

// The words of the journal.
const (
	WordSignedIn  = "signed in"
	WordRefused   = "refused"
	WordLocked    = "refused while locked"
	WordSignedOut = "signed out"
	WordEnrolled  = "access set up"
	WordJoined    = "actor added"
	WordInvited   = "invited"
	WordReset     = "access reset"
	WordPassword  = "password changed"
	WordCodes     = "authenticator changed"
	WordRecovery  = "recovery codes made"
	WordPasskey   = "passkey added"
	WordDropped   = "passkey removed"
	WordSignOn    = "single sign-on connected"
	WordParted    = "single sign-on disconnected"
	WordEnded     = "sessions ended"
	WordProved    = "second factor shown"
	WordSuspended = "suspended"
	WordAdmitted  = "reinstated"
)

// The methods of the journal.
const (
	ByPassword = "password and code"
	ByRecovery = "password and recovery code"
	ByPasskey  = "passkey"
	BySignOn   = "single sign-on"
	ByKey      = "API key"
	ByLink     = "link"
	ByCommand  = "command line"
)

// Options are what a desk stands on.
type Options struct {
	Store *people.Store
	// Now is nil for the system's clock.
	Now func() time.Time
	// Random is nil for the system's.
	Random io.Reader
	// Work is that of a password's hash; the zero value is DefaultWork.
	Work Work
	// Origin is the address under which people reach the node, like https://mill.example; "" for a node that is asked under a
	// local name only. Passkeys belong to it.
	Origin string
	// Issuers are those of OpenID Connect.
	Issuers []Issuer
}

// Desk is where people sign in. Its methods may be called from any goroutine.
type Desk struct {
	store   *people.Store
	now     func() time.Time
	random  io.Reader
	work    Work
	hashing chan struct{}
	dummy   string // hash of nobody's password
	origin  string
	issuers []*signOn

	mutex     sync.Mutex
	waiting   map[string]waiting   // guarded by mutex
	addresses map[string]addressed // guarded by mutex
	swept     time.Time            // guarded by mutex
}

// waiting is a person who has shown a first factor, or a ceremony under way.
type waiting struct {
	person   int64
	ceremony []byte // what the protocol remembers
	kind     string
	until    time.Time
	tries    int
}

// New makes a desk. The error is of a broken source of randomness or a malformed origin.
func New(o Options) (*Desk, error) {
	d := &Desk{
		store: o.Store, now: o.Now, random: o.Random, work: o.Work, hashing: make(chan struct{}, hashesAtOnce), origin: strings.TrimSuffix(o.Origin, "/"),
		waiting: map[string]waiting{}, addresses: map[string]addressed{},
	}
	if d.now == nil {
		d.now = time.Now
	}
	if d.random == nil {
		d.random = rand.Reader
	}
	if d.work == (Work{}) {
		d.work = DefaultWork
	}
	for _, issuer := range o.Issuers {
		d.issuers = append(d.issuers, &signOn{Issuer: issuer})
	}
	// Nobody's password has these bytes as its hash, and comparing costs as much as with somebody's.
	salt, saltErr := d.bytes(saltBytes)
	hash, hashErr := d.bytes(hashBytes)
	d.dummy = phc(d.work, salt, hash)
	return d, errors.Join(saltErr, hashErr)
}

// Store gives the rows.
func (d *Desk) Store() *people.Store { return d.store }

// Now gives the desk's time.
func (d *Desk) Now() time.Time { return d.now() }

// From is where a request comes from.
type From struct{ Address, Agent string }

func (d *Desk) bytes(n int) ([]byte, error) {
	bytes := make([]byte, n)
	if _, err := io.ReadFull(d.random, bytes); err != nil {
		return nil, fmt.Errorf("signin: %w", err)
	}
	return bytes, nil
}

// secret gives 256 random bits as text that may stand in an address.
func (d *Desk) secret() (string, error) {
	bytes, err := d.bytes(secretBytes)
	return base64.RawURLEncoding.EncodeToString(bytes), err
}

// hashOf is what the store knows of a secret.
func hashOf(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

// idOf names a row to people; it opens nothing.
func idOf(hash [32]byte) string { return base64.RawURLEncoding.EncodeToString(hash[20:]) }

// Login is the form in which names are kept and compared.
func Login(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }

// note adds a line to the journal.
func (d *Desk) note(ctx context.Context, person int64, actor id.Actor, what, method, note string, from From) error {
	return d.store.Record(ctx, people.SignIn{At: d.now(), Person: person, Actor: actor, What: what, Method: method, Address: from.Address, Agent: agentOf(from.Agent), Note: note})
}

func agentOf(agent string) string {
	if len(agent) > agentBytes {
		agent = agent[:agentBytes]
	}
	return strings.ToValidUTF8(agent, "")
}

// begin signs a person in as the first actor that it is given, and answers with what its browser keeps.
func (d *Desk) begin(ctx context.Context, p people.Person, method string, proven time.Time, from From) (string, error) {
	actors, err := d.store.Actors(ctx, p.ID)
	if err != nil {
		return "", err
	}
	if p.Suspended || len(actors) == 0 {
		return "", errors.Join(d.note(ctx, p.ID, 0, WordRefused, method, "the person is suspended or acts for nobody", from), ErrRefused)
	}
	secret, err := d.session(ctx, people.Session{Person: p.ID, Actor: actors[0], Proven: proven, Method: method}, from)
	if err != nil {
		return "", err
	}
	return secret, d.note(ctx, p.ID, actors[0], WordSignedIn, method, "", from)
}

func (d *Desk) session(ctx context.Context, s people.Session, from From) (string, error) {
	secret, err := d.secret()
	if err != nil {
		return "", err
	}
	if err := d.sweep(ctx); err != nil {
		return "", err
	}
	s.Hash = hashOf(secret)
	s.ID, s.Begun, s.Seen, s.Address, s.Agent = idOf(s.Hash), d.now(), d.now(), from.Address, agentOf(from.Agent)
	return secret, d.store.Begin(ctx, s)
}

// BeginWithKey signs a browser in with the key of an actor, whose hash the caller has found in the book.
func (d *Desk) BeginWithKey(ctx context.Context, key [32]byte, actor id.Actor, from From) (string, error) {
	secret, err := d.session(ctx, people.Session{Key: key[:], Method: ByKey}, from)
	if err != nil {
		return "", err
	}
	return secret, d.note(ctx, 0, actor, WordSignedIn, ByKey, "", from)
}

// Session finds the session of what a browser keeps, and notes that it was used. The error is ErrOver for none, or the file's.
func (d *Desk) Session(ctx context.Context, secret string) (people.Session, error) {
	s, err := d.Peek(ctx, secret)
	if errors.Is(err, ErrOver) && s.Hash != [32]byte{} {
		return s, errors.Join(d.store.End(ctx, s.Hash), ErrOver)
	}
	if now := d.now(); err == nil && now.Sub(s.Seen) >= touchSpan {
		s.Seen = now
		err = d.store.Touch(ctx, s.Hash, now)
	}
	return s, err
}

// Peek finds a session as Session does, and does not use it.
func (d *Desk) Peek(ctx context.Context, secret string) (people.Session, error) {
	if secret == "" {
		return people.Session{}, ErrOver
	}
	s, err := d.store.Session(ctx, hashOf(secret))
	if errors.Is(err, people.ErrNotFound) {
		return s, ErrOver
	}
	if err != nil {
		return s, err
	}
	now := d.now()
	if now.Sub(s.Begun) >= sessionSpan || now.Sub(s.Seen) >= idleSpan {
		return s, ErrOver
	}
	return s, nil
}

// SessionSeconds is how long a browser may keep the name of a session.
const SessionSeconds = int(sessionSpan / time.Second)

// SignOut ends a session.
func (d *Desk) SignOut(ctx context.Context, secret string, from From) error {
	s, err := d.Session(ctx, secret)
	if errors.Is(err, ErrOver) {
		return nil
	}
	return errors.Join(err, d.store.End(ctx, s.Hash), d.note(ctx, s.Person, s.Actor, WordSignedOut, s.Method, "", from))
}

// Fresh tells whether a second factor was shown in a session not long ago.
func (d *Desk) Fresh(s *people.Session) bool {
	return !s.Proven.IsZero() && d.now().Sub(s.Proven) < FreshSpan
}

// sweep drops what has ended, once an hour.
func (d *Desk) sweep(ctx context.Context) error {
	now := d.now()
	d.mutex.Lock()
	due := now.Sub(d.swept) >= time.Hour
	if due {
		d.swept = now
	}
	d.mutex.Unlock()
	if !due {
		return nil
	}
	return d.store.Sweep(ctx, now.Add(-sessionSpan), now.Add(-idleSpan), now.Add(-keptSpan))
}

// wait remembers a step under a name that only the browser which takes it knows.
func (d *Desk) wait(w waiting) (string, error) {
	name, err := d.secret()
	if err != nil {
		return "", err
	}
	now := d.now()
	w.until = now.Add(stepSpan)
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.makeRoom(w.kind, now)
	d.waiting[name] = w
	return name, nil
}

// makeRoom drops steps that are over, where there are many of a kind; of too many that are not, any of that kind: the person begins
// again. Whoever asks for very many steps of one kind, which needs no proof for passkeys, hinders no other kind.
func (d *Desk) makeRoom(kind string, now time.Time) {
	if len(d.waiting) < steps {
		return
	}
	same := 0
	for other, known := range d.waiting {
		if !now.Before(known.until) {
			delete(d.waiting, other)
		} else if known.kind == kind {
			same++
		}
	}
	for other, known := range d.waiting {
		if same < steps {
			break
		}
		if known.kind == kind {
			delete(d.waiting, other)
			same--
		}
	}
}

// take gives a step that waits, once.
func (d *Desk) take(name, kind string) (waiting, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	w, known := d.waiting[name]
	if !known || w.kind != kind || !d.now().Before(w.until) {
		return w, ErrOver
	}
	delete(d.waiting, name)
	return w, nil
}

// back lets a step that has failed be tried again, a few times.
func (d *Desk) back(name string, w waiting) {
	w.tries++
	if w.tries >= stepTries {
		return
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.waiting[name] = w
}
