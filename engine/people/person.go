package people

import (
	"context"
	"database/sql"
	"time"

	"millrace/domain/id"
)

// Person is somebody who signs in.
type Person struct {
	ID     int64
	Login  string // by which it signs in, usually an e-mail address; unique, in lower case
	Name   string
	Handle []byte // 32 random bytes by which an authenticator knows the person (WebAuthn, user handle)

	Password   string // Argon2id as a PHC string; "" for none
	PasswordAt time.Time

	Authenticator     []byte // shared secret of one-time codes (RFC 6238); nil for none
	AuthenticatorAt   time.Time
	AuthenticatorStep int64 // last time step whose code was taken: no code is taken twice

	Suspended bool
	Made      time.Time
}

const personColumns = `id, login, name, handle, password, password_at, authenticator, authenticator_at, authenticator_step, suspended, made`

func readPerson(r row) (p Person, err error) {
	var password, authenticator, made int64
	err = r.Scan(&p.ID, &p.Login, &p.Name, &p.Handle, &p.Password, &password, &p.Authenticator, &authenticator, &p.AuthenticatorStep, &p.Suspended, &made)
	p.PasswordAt, p.AuthenticatorAt, p.Made = timeOf(password), timeOf(authenticator), timeOf(made)
	return p, err
}

// Person finds a person. The error is ErrNotFound or the file's.
func (s *Store) Person(ctx context.Context, person int64) (Person, error) {
	return one(ctx, s, readPerson, "SELECT "+personColumns+" FROM person WHERE id = ?", person)
}

// ByLogin finds a person by the name with which it signs in.
func (s *Store) ByLogin(ctx context.Context, login string) (Person, error) {
	return one(ctx, s, readPerson, "SELECT "+personColumns+" FROM person WHERE login = ?", login)
}

// ByHandle finds a person by the handle that its authenticators know.
func (s *Store) ByHandle(ctx context.Context, handle []byte) (Person, error) {
	return one(ctx, s, readPerson, "SELECT "+personColumns+" FROM person WHERE handle = ?", handle)
}

// BySubject finds a person by its name at an issuer.
func (s *Store) BySubject(ctx context.Context, issuer, subject string) (Person, error) {
	return one(ctx, s, readPerson, "SELECT "+personColumns+" FROM person WHERE id = (SELECT person FROM subject WHERE issuer = ? AND subject = ?)", issuer, subject)
}

// ByActor finds the person who acts as an actor.
func (s *Store) ByActor(ctx context.Context, actor id.Actor) (Person, error) {
	return one(ctx, s, readPerson, "SELECT "+personColumns+" FROM person WHERE id = (SELECT person FROM acting WHERE actor = ?)", int64(actor))
}

// People lists everybody by login.
func (s *Store) People(ctx context.Context) ([]Person, error) {
	return many(ctx, s, readPerson, "SELECT "+personColumns+" FROM person ORDER BY login")
}

// Credentials are what a new person, or one whose access is reset, begins with.
type Credentials struct {
	Password      string   // Argon2id; "" for none
	Authenticator []byte   // nil for none
	Step          int64    // of the code that proved it
	Recovery      [][]byte // hashes
	Passkey       *Passkey // nil for none
	Subject       *Subject // nil for none
}

// Enrol spends an invitation: it makes its person, or resets the one whom it is for, with what was brought, all at once. A link
// that was spent meanwhile is ErrNotFound; a login or passkey of somebody else is ErrTaken.
func (s *Store) Enrol(ctx context.Context, i Invitation, p Person, c Credentials, now time.Time) (person int64, err error) {
	err = s.together(ctx, func(tx *sql.Tx) error {
		if err := spend(ctx, tx, i, now); err != nil {
			return err
		}
		if person = i.Person; person == 0 {
			made, err := tx.ExecContext(ctx, `INSERT INTO person (login, name, handle, password, password_at, authenticator_at, authenticator_step, suspended, made)
				VALUES (?, ?, ?, '', 0, 0, 0, 0, ?)`, p.Login, p.Name, p.Handle, stamp(now))
			if err != nil {
				return err
			}
			if person, err = made.LastInsertId(); err != nil {
				return err
			}
		} else if err := forget(ctx, tx, person); err != nil {
			return err
		}
		if i.Actor != 0 {
			if _, err := tx.ExecContext(ctx, "INSERT INTO acting (actor, person, made) VALUES (?, ?, ?)", int64(i.Actor), person, stamp(now)); err != nil {
				return err
			}
		}
		return give(ctx, tx, person, c, now)
	})
	return person, err
}

// Join spends an invitation for somebody who has access already: the person acts as one actor more.
func (s *Store) Join(ctx context.Context, i Invitation, person int64, now time.Time) error {
	return s.together(ctx, func(tx *sql.Tx) error {
		if err := spend(ctx, tx, i, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO acting (actor, person, made) VALUES (?, ?, ?)", int64(i.Actor), person, stamp(now))
		return err
	})
}

func spend(ctx context.Context, tx *sql.Tx, i Invitation, now time.Time) error {
	done, err := tx.ExecContext(ctx, "UPDATE invitation SET ended = ? WHERE hash = ? AND ended = 0", stamp(now), i.Hash[:])
	if err != nil {
		return err
	}
	if changed, err := done.RowsAffected(); err != nil || changed == 0 {
		return ErrNotFound
	}
	return nil
}

// forget takes everything away by which a person could sign in, and lets it begin anew.
func forget(ctx context.Context, tx *sql.Tx, person int64) error {
	for _, statement := range []string{
		"DELETE FROM passkey WHERE person = ?", "DELETE FROM subject WHERE person = ?", "DELETE FROM recovery WHERE person = ?", "DELETE FROM session WHERE person = ?",
		"UPDATE person SET password = '', password_at = 0, authenticator = NULL, authenticator_at = 0, authenticator_step = 0, suspended = 0 WHERE id = ?",
	} {
		if _, err := tx.ExecContext(ctx, statement, person); err != nil {
			return err
		}
	}
	return nil
}

func give(ctx context.Context, tx *sql.Tx, person int64, c Credentials, now time.Time) error {
	if c.Password != "" {
		if _, err := tx.ExecContext(ctx, "UPDATE person SET password = ?, password_at = ? WHERE id = ?", c.Password, stamp(now), person); err != nil {
			return err
		}
	}
	if c.Authenticator != nil {
		if _, err := tx.ExecContext(ctx, "UPDATE person SET authenticator = ?, authenticator_at = ?, authenticator_step = ? WHERE id = ?",
			c.Authenticator, stamp(now), c.Step, person); err != nil {
			return err
		}
	}
	if c.Recovery != nil {
		if _, err := tx.ExecContext(ctx, "DELETE FROM recovery WHERE person = ?", person); err != nil {
			return err
		}
	}
	for _, hash := range c.Recovery {
		if _, err := tx.ExecContext(ctx, "INSERT INTO recovery (person, hash, used) VALUES (?, ?, 0)", person, hash); err != nil {
			return err
		}
	}
	if k := c.Passkey; k != nil {
		if _, err := tx.ExecContext(ctx, "INSERT INTO passkey (id, person, name, record, made, used) VALUES (?, ?, ?, ?, ?, 0)", k.ID, person, k.Name, k.Record, stamp(now)); err != nil {
			return err
		}
	}
	if b := c.Subject; b != nil {
		if _, err := tx.ExecContext(ctx, "INSERT INTO subject (issuer, subject, person, made) VALUES (?, ?, ?, ?)", b.Issuer, b.Subject, person, stamp(now)); err != nil {
			return err
		}
	}
	return nil
}

// Give adds credentials to a person, in place of those of the same kind; a passkey or subject comes beside the others.
func (s *Store) Give(ctx context.Context, person int64, c Credentials, now time.Time) error {
	return s.together(ctx, func(tx *sql.Tx) error { return give(ctx, tx, person, c, now) })
}

// Rehash stores another form of the same password.
func (s *Store) Rehash(ctx context.Context, person int64, was, password string) error {
	_, err := s.change(ctx, "UPDATE person SET password = ? WHERE id = ? AND password = ?", password, person, was)
	return err
}

// TakeStep notes that the code of a time step was used. It gives false where that step, or a later one, was used before: of two
// who send the same code at once, one is refused.
func (s *Store) TakeStep(ctx context.Context, person, step int64) (bool, error) {
	changed, err := s.change(ctx, "UPDATE person SET authenticator_step = ? WHERE id = ? AND authenticator_step < ?", step, person, step)
	return changed == 1, err
}

// TakeRecovery spends a recovery code. It gives false for one that is unknown or was spent.
func (s *Store) TakeRecovery(ctx context.Context, person int64, hash []byte, now time.Time) (bool, error) {
	changed, err := s.change(ctx, "UPDATE recovery SET used = ? WHERE person = ? AND hash = ? AND used = 0", stamp(now), person, hash)
	return changed == 1, err
}

// RecoveryLeft counts the recovery codes that were not used.
func (s *Store) RecoveryLeft(ctx context.Context, person int64) (int, error) {
	return one(ctx, s, func(r row) (n int, err error) { return n, r.Scan(&n) }, "SELECT count(*) FROM recovery WHERE person = ? AND used = 0", person)
}

// Suspend ends a person's access, with all its sessions, until it is set up anew.
func (s *Store) Suspend(ctx context.Context, person int64) error {
	return s.together(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE person SET suspended = 1 WHERE id = ?", person); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM session WHERE person = ?", person)
		return err
	})
}

// Actors lists as which actors a person acts, in the order in which it came to them.
func (s *Store) Actors(ctx context.Context, person int64) ([]id.Actor, error) {
	return many(ctx, s, func(r row) (id.Actor, error) {
		var actor int64
		err := r.Scan(&actor)
		return id.Actor(actor), err
	}, "SELECT actor FROM acting WHERE person = ? ORDER BY made, actor", person)
}

// ActsAs tells whether a person acts as an actor.
func (s *Store) ActsAs(ctx context.Context, person int64, actor id.Actor) (bool, error) {
	return one(ctx, s, func(r row) (is bool, err error) { return is, r.Scan(&is) },
		"SELECT EXISTS (SELECT 1 FROM acting WHERE person = ? AND actor = ?)", person, int64(actor))
}

// Count gives how many persons there are.
func (s *Store) Count(ctx context.Context) (int, error) {
	return one(ctx, s, func(r row) (n int, err error) { return n, r.Scan(&n) }, "SELECT count(*) FROM person")
}

// Passkey is a credential of WebAuthn that belongs to a person.
type Passkey struct {
	ID         []byte // of the credential
	Person     int64
	Name       string // by which the person tells it from others
	Record     []byte // public key, counter and flags, as the protocol's library writes them in JSON
	Made, Used time.Time
}

func readPasskey(r row) (k Passkey, err error) {
	var made, used int64
	err = r.Scan(&k.ID, &k.Person, &k.Name, &k.Record, &made, &used)
	k.Made, k.Used = timeOf(made), timeOf(used)
	return k, err
}

// Passkeys lists a person's.
func (s *Store) Passkeys(ctx context.Context, person int64) ([]Passkey, error) {
	return many(ctx, s, readPasskey, "SELECT id, person, name, record, made, used FROM passkey WHERE person = ? ORDER BY made, id", person)
}

// UsePasskey stores the new counter of a passkey.
func (s *Store) UsePasskey(ctx context.Context, key, record []byte, now time.Time) error {
	return s.must(ctx, "UPDATE passkey SET record = ?, used = ? WHERE id = ?", record, stamp(now), key)
}

// DropPasskey takes one away.
func (s *Store) DropPasskey(ctx context.Context, person int64, key []byte) error {
	return s.must(ctx, "DELETE FROM passkey WHERE id = ? AND person = ?", key, person)
}

// Subject is a person's name at an issuer of OpenID Connect.
type Subject struct {
	Issuer, Subject string
	Made            time.Time
}

// Subjects lists a person's.
func (s *Store) Subjects(ctx context.Context, person int64) ([]Subject, error) {
	return many(ctx, s, func(r row) (b Subject, err error) {
		var made int64
		err = r.Scan(&b.Issuer, &b.Subject, &made)
		b.Made = timeOf(made)
		return b, err
	}, "SELECT issuer, subject, made FROM subject WHERE person = ? ORDER BY made", person)
}

// DropSubject takes one away.
func (s *Store) DropSubject(ctx context.Context, person int64, issuer string) error {
	return s.must(ctx, "DELETE FROM subject WHERE issuer = ? AND person = ?", issuer, person)
}
