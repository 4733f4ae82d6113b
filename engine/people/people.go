// Package people keeps who signs in to a node: persons, what proves who they are, their sessions and invitations, and a
// journal of every attempt. It is a file of its own beside the journal of the business and is never in it: credentials
// change and end, and business does not. The package keeps rows; what they mean is the business of edge/signin.
//
// Secrets are never stored where their hash is enough: sessions, links and recovery codes are kept as SHA-256 of 128 random
// bits or more, passwords as Argon2id. The secret of an authenticator has to be kept as it is, so the file is readable by
// the node's own user alone.
package people

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// ErrNotFound is returned where there is no such row.
var ErrNotFound = errors.New("people: there is no such row")

// ErrTaken is returned where a name, an actor, a subject or a passkey belongs to somebody already.
var ErrTaken = errors.New("people: it belongs to somebody already")

// FileName is the store's name in a data directory.
const FileName = "people.db"

// Store is open; its methods may be called from any goroutine.
type Store struct{ db *sql.DB }

// layout is the number of this schema: another one is refused.
const layout = 1

var schema = []string{
	`CREATE TABLE person (id INTEGER PRIMARY KEY AUTOINCREMENT, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, handle BLOB NOT NULL UNIQUE,
		password TEXT NOT NULL, password_at INTEGER NOT NULL, authenticator BLOB, authenticator_at INTEGER NOT NULL, authenticator_step INTEGER NOT NULL,
		suspended INTEGER NOT NULL, made INTEGER NOT NULL) STRICT`,
	`CREATE TABLE acting (actor INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, made INTEGER NOT NULL) STRICT`,
	`CREATE INDEX acting_person ON acting (person)`,
	`CREATE TABLE recovery (person INTEGER NOT NULL REFERENCES person, hash BLOB NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (person, hash)) STRICT`,
	`CREATE TABLE passkey (id BLOB PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, name TEXT NOT NULL, record BLOB NOT NULL,
		made INTEGER NOT NULL, used INTEGER NOT NULL) STRICT`,
	`CREATE TABLE subject (issuer TEXT NOT NULL, subject TEXT NOT NULL, person INTEGER NOT NULL REFERENCES person, made INTEGER NOT NULL,
		PRIMARY KEY (issuer, subject)) STRICT`,
	`CREATE TABLE session (hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, person INTEGER NOT NULL, actor INTEGER NOT NULL, key BLOB NOT NULL, begun INTEGER NOT NULL,
		seen INTEGER NOT NULL, proven INTEGER NOT NULL, method TEXT NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL) STRICT`,
	`CREATE INDEX session_person ON session (person)`,
	`CREATE TABLE invitation (hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, person INTEGER NOT NULL, actor INTEGER NOT NULL, party INTEGER NOT NULL,
		name TEXT NOT NULL, login TEXT NOT NULL, note TEXT NOT NULL, authenticator BLOB NOT NULL, inviter INTEGER NOT NULL, made INTEGER NOT NULL, until INTEGER NOT NULL,
		ended INTEGER NOT NULL) STRICT`,
	`CREATE TABLE failing (subject BLOB PRIMARY KEY, count INTEGER NOT NULL, last INTEGER NOT NULL, until INTEGER NOT NULL) STRICT`,
	`CREATE TABLE sign_in (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, person INTEGER NOT NULL, actor INTEGER NOT NULL, what TEXT NOT NULL,
		method TEXT NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL, note TEXT NOT NULL) STRICT`,
	`CREATE INDEX sign_in_person ON sign_in (person, id)`,
	`CREATE TRIGGER sign_in_kept BEFORE UPDATE ON sign_in BEGIN SELECT RAISE(ABORT, 'the journal of sign-ins is only added to'); END`,
	`CREATE TRIGGER sign_in_stays BEFORE DELETE ON sign_in BEGIN SELECT RAISE(ABORT, 'the journal of sign-ins is only added to'); END`,
}

// Open opens the store at a path, and makes it where there is none; "" is one in memory.
func Open(path string) (*Store, error) {
	name := ":memory:"
	if path != "" {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("people: %w", err)
		}
		// SQLite would make the file readable by others.
		file, err := os.OpenFile(absolute, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("people: %w", err)
		}
		if err := file.Close(); err != nil {
			return nil, fmt.Errorf("people: %w", err)
		}
		parameters := url.Values{"_txlock": {"immediate"}, "_pragma": {
			"busy_timeout(10000)", "synchronous(FULL)", "foreign_keys(1)", "journal_mode(WAL)", "secure_delete(1)",
		}}
		location := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(absolute), RawQuery: parameters.Encode()}
		name = location.String()
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	// One connection: a store in memory lives in it, and what is read and written here is short.
	db.SetMaxOpenConns(1)
	db.SetConnMaxLifetime(0)
	db.SetConnMaxIdleTime(0)
	s := &Store{db}
	if err := s.make(); err != nil {
		return nil, errors.Join(fmt.Errorf("people: %s: %w", path, err), db.Close())
	}
	return s, nil
}

func (s *Store) make() error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	var found, tables int
	if err := tx.QueryRow("SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)").Scan(&found, &tables); err != nil {
		return err
	}
	if tables > 0 && found != layout {
		return fmt.Errorf("the file has layout %d, and this program reads layout %d", found, layout)
	}
	if tables > 0 {
		return nil
	}
	for _, statement := range append(schema, fmt.Sprintf("PRAGMA user_version = %d", layout)) {
		if _, err := tx.Exec(statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return tx.Commit()
}

// Close ends the store.
func (s *Store) Close() error { return s.db.Close() }

// Backup writes a copy into a file that must not exist. Sessions and links under way are not in it: whoever reads a backup
// must not be able to go on with them.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := s.db.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return fmt.Errorf("people: backup: %w", err)
	}
	copied, err := Open(path)
	if err != nil {
		return err
	}
	for _, statement := range []string{"DELETE FROM session", "DELETE FROM invitation", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := copied.db.ExecContext(ctx, statement); err != nil {
			return errors.Join(fmt.Errorf("people: backup: %w", err), copied.Close())
		}
	}
	return errors.Join(os.Chmod(path, 0o600), copied.Close())
}

// stamp is a time as it is stored: microseconds since 1970 in UTC; 0 for none.
func stamp(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMicro()
}

func timeOf(stamp int64) time.Time {
	if stamp == 0 {
		return time.Time{}
	}
	return time.UnixMicro(stamp).UTC()
}

// row is what a single row or one of many can be read from.
type row interface{ Scan(...any) error }

// one reads a single row.
func one[T any](ctx context.Context, s *Store, read func(row) (T, error), query string, arguments ...any) (T, error) {
	found, err := read(s.db.QueryRowContext(ctx, query, arguments...))
	if errors.Is(err, sql.ErrNoRows) {
		return found, ErrNotFound
	}
	if err != nil {
		return found, fmt.Errorf("people: %w", err)
	}
	return found, nil
}

// many reads all rows.
func many[T any](ctx context.Context, s *Store, read func(row) (T, error), query string, arguments ...any) (all []T, err error) {
	rows, err := s.db.QueryContext(ctx, query, arguments...)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		found, err := read(rows)
		if err != nil {
			return nil, fmt.Errorf("people: %w", err)
		}
		all = append(all, found)
	}
	return all, rows.Err()
}

// change runs a statement and gives how many rows it has changed. What breaks a unique column is ErrTaken.
func (s *Store) change(ctx context.Context, statement string, arguments ...any) (int64, error) {
	done, err := s.db.ExecContext(ctx, statement, arguments...)
	if err != nil {
		return 0, failure(err)
	}
	return done.RowsAffected()
}

// must is a change of one row that has to be there.
func (s *Store) must(ctx context.Context, statement string, arguments ...any) error {
	changed, err := s.change(ctx, statement, arguments...)
	if err == nil && changed == 0 {
		return ErrNotFound
	}
	return err
}

// together runs changes that hold together or not at all.
func (s *Store) together(ctx context.Context, work func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := work(tx); err != nil {
		return failure(err)
	}
	return tx.Commit()
}

// uniqueCodes are SQLite's extended result codes of a broken primary key or unique column (sqlite3.h: SQLITE_CONSTRAINT_*).
var uniqueCodes = map[int]bool{1555: true, 2067: true, 2579: true}

func failure(err error) error {
	var coded interface{ Code() int }
	switch {
	case err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrTaken):
		return err
	case errors.As(err, &coded) && uniqueCodes[coded.Code()]:
		return ErrTaken
	}
	return fmt.Errorf("people: %w", err)
}
