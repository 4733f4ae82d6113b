package people

import (
	"context"
	"time"

	"millrace/domain/id"
)

// Session is one browser that is signed in: as a person, or with the key of a machine.
type Session struct {
	Hash    [32]byte // SHA-256 of what the browser holds
	ID      string   // by which the person may name it
	Person  int64    // 0 where a key has signed in
	Actor   id.Actor // as which the person acts; 0 where a key has signed in
	Key     []byte   // SHA-256 of the key's secret; empty for a person
	Begun   time.Time
	Seen    time.Time
	Proven  time.Time // when a second factor was shown last; zero for never
	Method  string
	Address string
	Agent   string
}

const sessionColumns = `hash, id, person, actor, key, begun, seen, proven, method, address, agent`

func readSession(r row) (s Session, err error) {
	var hash []byte
	var begun, seen, proven, actor int64
	if err = r.Scan(&hash, &s.ID, &s.Person, &actor, &s.Key, &begun, &seen, &proven, &s.Method, &s.Address, &s.Agent); err != nil {
		return s, err
	}
	copy(s.Hash[:], hash)
	s.Actor, s.Begun, s.Seen, s.Proven = id.Actor(actor), timeOf(begun), timeOf(seen), timeOf(proven)
	return s, nil
}

// Begin stores a session.
func (s *Store) Begin(ctx context.Context, n Session) error {
	if n.Key == nil {
		n.Key = []byte{}
	}
	_, err := s.change(ctx, "INSERT INTO session ("+sessionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		n.Hash[:], n.ID, n.Person, int64(n.Actor), n.Key, stamp(n.Begun), stamp(n.Seen), stamp(n.Proven), n.Method, n.Address, n.Agent)
	return err
}

// Session finds a session.
func (s *Store) Session(ctx context.Context, hash [32]byte) (Session, error) {
	return one(ctx, s, readSession, "SELECT "+sessionColumns+" FROM session WHERE hash = ?", hash[:])
}

// Sessions lists a person's, the last seen first.
func (s *Store) Sessions(ctx context.Context, person int64) ([]Session, error) {
	return many(ctx, s, readSession, "SELECT "+sessionColumns+" FROM session WHERE person = ? ORDER BY seen DESC, id", person)
}

// Touch notes that a session was used.
func (s *Store) Touch(ctx context.Context, hash [32]byte, now time.Time) error {
	_, err := s.change(ctx, "UPDATE session SET seen = ? WHERE hash = ?", stamp(now), hash[:])
	return err
}

// Prove notes that a second factor was shown in a session.
func (s *Store) Prove(ctx context.Context, hash [32]byte, now time.Time) error {
	return s.must(ctx, "UPDATE session SET proven = ? WHERE hash = ?", stamp(now), hash[:])
}

// ActAs changes as whom a session acts.
func (s *Store) ActAs(ctx context.Context, hash [32]byte, actor id.Actor) error {
	return s.must(ctx, "UPDATE session SET actor = ? WHERE hash = ?", int64(actor), hash[:])
}

// End ends a session; one that is not there has ended.
func (s *Store) End(ctx context.Context, hash [32]byte) error {
	_, err := s.change(ctx, "DELETE FROM session WHERE hash = ?", hash[:])
	return err
}

// EndByID ends a session of a person.
func (s *Store) EndByID(ctx context.Context, person int64, of string) error {
	return s.must(ctx, "DELETE FROM session WHERE person = ? AND id = ?", person, of)
}

// EndOthers ends all sessions of a person but one, which may be the zero hash.
func (s *Store) EndOthers(ctx context.Context, person int64, but [32]byte) error {
	_, err := s.change(ctx, "DELETE FROM session WHERE person = ? AND hash <> ?", person, but[:])
	return err
}

// Sweep drops the sessions that were begun or seen too long ago, links that have ended, and failures that are forgotten.
func (s *Store) Sweep(ctx context.Context, begun, seen, ended time.Time) error {
	for statement, arguments := range map[string][]any{
		"DELETE FROM session WHERE begun <= ? OR seen <= ?":     {stamp(begun), stamp(seen)},
		"DELETE FROM invitation WHERE until <= ? AND ended = 0": {stamp(ended)},
		"DELETE FROM invitation WHERE ended > 0 AND ended <= ?": {stamp(ended)},
		"DELETE FROM failing WHERE last <= ? AND until <= ?":    {stamp(ended), stamp(ended)},
	} {
		if _, err := s.change(ctx, statement, arguments...); err != nil {
			return err
		}
	}
	return nil
}

// The kinds of link.
const (
	Administrator = "administrator" // the first person of the operator
	Invited       = "invitation"
	Reset         = "reset" // of somebody's access
)

// Invitation is a link that may be used once to set up access.
type Invitation struct {
	Hash          [32]byte // SHA-256 of the link's secret
	ID            string
	Kind          string
	Person        int64    // whose access is reset; 0 for a new person
	Actor         id.Actor // as whom the person is going to act; 0 for a reset
	Party         id.Party
	Name, Login   string // as the inviter has written them
	Note          string // what the inviter says of the mandate
	Authenticator []byte // shared secret that the link's page shows; not yet anybody's
	Inviter       int64  // person; 0 for the node itself
	Made, Until   time.Time
	Ended         time.Time // zero while it may be used
}

const invitationColumns = `hash, id, kind, person, actor, party, name, login, note, authenticator, inviter, made, until, ended`

func readInvitation(r row) (i Invitation, err error) {
	var hash []byte
	var made, until, ended, actor, party int64
	err = r.Scan(&hash, &i.ID, &i.Kind, &i.Person, &actor, &party, &i.Name, &i.Login, &i.Note, &i.Authenticator, &i.Inviter, &made, &until, &ended)
	copy(i.Hash[:], hash)
	i.Actor, i.Party, i.Made, i.Until, i.Ended = id.Actor(actor), id.Party(party), timeOf(made), timeOf(until), timeOf(ended)
	return i, err
}

// Invite stores a link. Earlier ones for the same actor or the same person end.
func (s *Store) Invite(ctx context.Context, i Invitation) error {
	if _, err := s.change(ctx, "UPDATE invitation SET ended = ? WHERE ended = 0 AND (actor = ? AND actor <> 0 OR person = ? AND person <> 0)",
		stamp(i.Made), int64(i.Actor), i.Person); err != nil {
		return err
	}
	_, err := s.change(ctx, "INSERT INTO invitation ("+invitationColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
		i.Hash[:], i.ID, i.Kind, i.Person, int64(i.Actor), int64(i.Party), i.Name, i.Login, i.Note, i.Authenticator, i.Inviter, stamp(i.Made), stamp(i.Until))
	return err
}

// Invitation finds a link that may still be used.
func (s *Store) Invitation(ctx context.Context, hash [32]byte, now time.Time) (Invitation, error) {
	return one(ctx, s, readInvitation, "SELECT "+invitationColumns+" FROM invitation WHERE hash = ? AND ended = 0 AND until > ?", hash[:], stamp(now))
}

// Invitations lists the links of a party that may still be used.
func (s *Store) Invitations(ctx context.Context, party id.Party, now time.Time) ([]Invitation, error) {
	return many(ctx, s, readInvitation, "SELECT "+invitationColumns+" FROM invitation WHERE party = ? AND ended = 0 AND until > ? ORDER BY made", int64(party), stamp(now))
}

// Withdraw ends a link of a party.
func (s *Store) Withdraw(ctx context.Context, party id.Party, of string, now time.Time) error {
	return s.must(ctx, "UPDATE invitation SET ended = ? WHERE party = ? AND id = ? AND ended = 0", stamp(now), int64(party), of)
}

// Failing says how often something was tried in vain.
type Failing struct {
	Count int
	Last  time.Time
	Until time.Time // no attempt is let through before
}

// Failing gives what is known of a subject's failures; the zero value for none.
func (s *Store) Failing(ctx context.Context, subject [32]byte) (Failing, error) {
	found, err := one(ctx, s, func(r row) (f Failing, err error) {
		var last, until int64
		err = r.Scan(&f.Count, &last, &until)
		f.Last, f.Until = timeOf(last), timeOf(until)
		return f, err
	}, "SELECT count, last, until FROM failing WHERE subject = ?", subject[:])
	if err == ErrNotFound {
		return Failing{}, nil
	}
	return found, err
}

// SetFailing stores it.
func (s *Store) SetFailing(ctx context.Context, subject [32]byte, f Failing) error {
	_, err := s.change(ctx, "INSERT INTO failing (subject, count, last, until) VALUES (?, ?, ?, ?) ON CONFLICT (subject) DO UPDATE SET count = excluded.count, last = excluded.last, until = excluded.until",
		subject[:], f.Count, stamp(f.Last), stamp(f.Until))
	return err
}

// SignIn is one line of the journal of sign-ins.
type SignIn struct {
	ID      int64
	At      time.Time
	Person  int64    // 0 where nobody was recognised
	Actor   id.Actor // 0 where none is concerned
	What    string   // a word of edge/signin
	Method  string
	Address string
	Agent   string
	Note    string
	Login   string // of the person; "" where nobody was recognised
}

// Record adds a line.
func (s *Store) Record(ctx context.Context, l SignIn) error {
	_, err := s.change(ctx, "INSERT INTO sign_in (at, person, actor, what, method, address, agent, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		stamp(l.At), l.Person, int64(l.Actor), l.What, l.Method, l.Address, l.Agent, l.Note)
	return err
}

const signInQuery = `SELECT s.id, s.at, s.person, s.actor, s.what, s.method, s.address, s.agent, s.note, coalesce(p.login, '')
	FROM sign_in s LEFT JOIN person p ON p.id = s.person `

func readSignIn(r row) (l SignIn, err error) {
	var at, actor int64
	err = r.Scan(&l.ID, &at, &l.Person, &actor, &l.What, &l.Method, &l.Address, &l.Agent, &l.Note, &l.Login)
	l.At, l.Actor = timeOf(at), id.Actor(actor)
	return l, err
}

// SignIns lists the last lines of a person, the newest first.
func (s *Store) SignIns(ctx context.Context, person int64, limit int) ([]SignIn, error) {
	return many(ctx, s, readSignIn, signInQuery+"WHERE s.person = ? ORDER BY s.id DESC LIMIT ?", person, limit)
}

// AllSignIns lists lines of everybody that are older than a line, the newest first; 0 begins at the end.
func (s *Store) AllSignIns(ctx context.Context, before int64, limit int) ([]SignIn, error) {
	return many(ctx, s, readSignIn, signInQuery+"WHERE ? = 0 OR s.id < ? ORDER BY s.id DESC LIMIT ?", before, before, limit)
}

// LastSignIn gives when a person has signed in last; zero for never.
func (s *Store) LastSignIn(ctx context.Context, person int64, what string) (time.Time, error) {
	return one(ctx, s, func(r row) (time.Time, error) {
		var at int64
		err := r.Scan(&at)
		return timeOf(at), err
	}, "SELECT coalesce(max(at), 0) FROM sign_in WHERE person = ? AND what = ?", person, what)
}
