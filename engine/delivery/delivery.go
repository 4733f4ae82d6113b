// Package delivery keeps what was sent to subscribers of a node: how far each has come, every attempt, and what was asked to be sent again. It
// knows messages by their names and places, and not what they say.
//
// None of it is in the journal. What happened to a message on its way is no fact of the trade, comes as often as receivers answer, and would be
// told by further messages. Losing the file repeats messages and loses none: a subscriber without a place begins where it was opened.
package delivery

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// File is the log's name in a data directory.
const File = "deliveries.db"

const (
	applicationID = 0x4d524431 // "MRD1"

	// KeptMax is how many attempts are kept of one subscriber.
	KeptMax = 10_000
	// AnswerBytesMax is how much is kept of an answer.
	AnswerBytesMax = 512
)

// Whole is the place of an event after every event of its entry.
const Whole = 1<<31 - 1

// Place is how far a subscriber has come: everything up to and including this event of this entry is done.
type Place struct {
	Sequence uint64
	Event    int // from 1; Whole: the whole entry
}

// Before tells whether a place comes before another one.
func (p Place) Before(other Place) bool {
	return p.Sequence < other.Sequence || p.Sequence == other.Sequence && p.Event < other.Event
}

// Progress is where a subscriber stands. Times are microseconds since the Unix epoch; 0 is never.
type Progress struct {
	Place Place
	Tries int    // of the message after Place that have failed
	Since int64  // of the first of them
	Next  int64  // before which it is not tried again
	Entry uint64 // of the subscriber's record when it last failed: another one means that somebody has mended something
}

// Attempt is one sending of one message.
type Attempt struct {
	Number     uint64 // ascending; assigned by Note
	Subscriber uint64
	Message    string
	Kind       string
	Place      Place // zero for a test
	At         int64
	Millis     int64  // until the answer was there, or the attempt had failed
	Status     int    // of HTTP; 0 where there was no answer
	Answer     []byte // its first bytes
	Failure    string // in words; "" for a message that was taken
}

// Wanted is a message that somebody has asked for out of its turn: one more sending of a message, or a test.
type Wanted struct {
	Subscriber uint64
	Message    string
	Place      Place // zero for a test
	Tries      int
	Next       int64
}

// Log is one SQLite file. Its methods may be called from many goroutines.
type Log struct {
	db      *sql.DB
	changes atomic.Uint64
}

// Open opens or makes the log at path; an empty path makes one in memory.
func Open(path string) (*Log, error) {
	name := ":memory:"
	if path != "" {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("delivery: open: %w", err)
		}
		parameters := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)"}}
		address := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(absolute), RawQuery: parameters.Encode()}
		name = address.String()
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("delivery: open: %w", err)
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	l := &Log{db: db}
	if err := l.check(); err != nil {
		return nil, errors.Join(fmt.Errorf("delivery: open %s: %w", path, err), db.Close())
	}
	return l, nil
}

// check makes the tables of a new log.
func (l *Log) check() error {
	tx, err := l.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var made, application int
	if err := tx.QueryRow("SELECT (SELECT count(*) FROM sqlite_schema), application_id FROM pragma_application_id").Scan(&made, &application); err != nil {
		return err
	}
	if made > 0 {
		if application != applicationID {
			return errors.New("the file is no log of deliveries")
		}
		return nil
	}
	for _, statement := range []string{
		"CREATE TABLE progress (subscriber INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, event INTEGER NOT NULL, tries INTEGER NOT NULL, since INTEGER NOT NULL, next INTEGER NOT NULL, entry INTEGER NOT NULL) STRICT",
		"CREATE TABLE attempt (number INTEGER PRIMARY KEY AUTOINCREMENT, subscriber INTEGER NOT NULL, message TEXT NOT NULL, kind TEXT NOT NULL, sequence INTEGER NOT NULL, event INTEGER NOT NULL, at INTEGER NOT NULL, millis INTEGER NOT NULL, status INTEGER NOT NULL, answer BLOB NOT NULL, failure TEXT NOT NULL) STRICT",
		"CREATE INDEX attempt_of ON attempt (subscriber, number)",
		"CREATE TABLE wanted (subscriber INTEGER NOT NULL, message TEXT NOT NULL, sequence INTEGER NOT NULL, event INTEGER NOT NULL, tries INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (subscriber, message)) STRICT",
		fmt.Sprintf("PRAGMA application_id = %d", applicationID),
	} {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Close closes the log.
func (l *Log) Close() error { return l.db.Close() }

// Progress gives where a subscriber stands; false for one of which nothing is known.
func (l *Log) Progress(ctx context.Context, subscriber uint64) (p Progress, known bool, err error) {
	err = l.db.QueryRowContext(ctx, "SELECT sequence, event, tries, since, next, entry FROM progress WHERE subscriber = ?", int64(subscriber)).
		Scan(&p.Place.Sequence, &p.Place.Event, &p.Tries, &p.Since, &p.Next, &p.Entry)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	if err != nil {
		return p, false, fmt.Errorf("delivery: progress: %w", err)
	}
	return p, true, nil
}

// execer is a transaction or the database itself.
type execer interface {
	ExecContext(ctx context.Context, query string, arguments ...any) (sql.Result, error)
}

// Changes counts what Move has done, so that who knows where all subscribers stand need not ask.
func (l *Log) Changes() uint64 { return l.changes.Load() }

// Move sets where a subscriber stands.
func (l *Log) Move(ctx context.Context, subscriber uint64, p Progress) error {
	defer l.changes.Add(1)
	return move(ctx, l.db, subscriber, p)
}

func move(ctx context.Context, to execer, subscriber uint64, p Progress) error {
	_, err := to.ExecContext(ctx, "INSERT INTO progress (subscriber, sequence, event, tries, since, next, entry) VALUES (?, ?, ?, ?, ?, ?, ?)"+
		" ON CONFLICT (subscriber) DO UPDATE SET sequence = excluded.sequence, event = excluded.event, tries = excluded.tries, since = excluded.since, next = excluded.next, entry = excluded.entry",
		int64(subscriber), int64(p.Place.Sequence), p.Place.Event, p.Tries, p.Since, p.Next, int64(p.Entry))
	if err != nil {
		return fmt.Errorf("delivery: move: %w", err)
	}
	return nil
}

// Advance is Move from a place to another one; false, and nothing moved, where the subscriber no longer stands at the first.
func (l *Log) Advance(ctx context.Context, subscriber uint64, from, to Place) (bool, error) {
	done, err := l.db.ExecContext(ctx, "UPDATE progress SET sequence = ?, event = ? WHERE subscriber = ? AND sequence = ? AND event = ?",
		int64(to.Sequence), to.Event, int64(subscriber), int64(from.Sequence), from.Event)
	if err != nil {
		return false, fmt.Errorf("delivery: advance: %w", err)
	}
	changed, err := done.RowsAffected()
	return changed > 0, err
}

// Note puts an attempt on record together with where its subscriber stands after it, both or neither. Where the subscriber was moved since it
// stood at from, the attempt alone is noted, and moved is false.
func (l *Log) Note(ctx context.Context, a Attempt, from Place, p Progress) (moved bool, err error) {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return false, fmt.Errorf("delivery: note: %w", err)
	}
	defer tx.Rollback()
	var at Place
	err = tx.QueryRowContext(ctx, "SELECT sequence, event FROM progress WHERE subscriber = ?", int64(a.Subscriber)).Scan(&at.Sequence, &at.Event)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("delivery: note: %w", err)
	}
	if moved = err != nil || at == from; moved {
		if err := move(ctx, tx, a.Subscriber, p); err != nil {
			return false, err
		}
	}
	if err := record(ctx, tx, a); err != nil {
		return false, err
	}
	return moved, tx.Commit()
}

func record(ctx context.Context, tx *sql.Tx, a Attempt) error {
	answer := a.Answer[:min(len(a.Answer), AnswerBytesMax)]
	if answer == nil {
		answer = []byte{} // nil would be NULL
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO attempt (subscriber, message, kind, sequence, event, at, millis, status, answer, failure) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		int64(a.Subscriber), a.Message, a.Kind, int64(a.Place.Sequence), a.Place.Event, a.At, a.Millis, a.Status, answer, a.Failure); err != nil {
		return fmt.Errorf("delivery: note: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM attempt WHERE subscriber = ? AND number <= (SELECT number FROM attempt WHERE subscriber = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
		int64(a.Subscriber), int64(a.Subscriber), KeptMax); err != nil {
		return fmt.Errorf("delivery: note: %w", err)
	}
	return nil
}

// Want asks for a message out of its turn, once however often it is asked for before it is sent.
func (l *Log) Want(ctx context.Context, w Wanted) error {
	_, err := l.db.ExecContext(ctx, "INSERT INTO wanted (subscriber, message, sequence, event, tries, next) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (subscriber, message) DO UPDATE SET next = excluded.next",
		int64(w.Subscriber), w.Message, int64(w.Place.Sequence), w.Place.Event, w.Tries, w.Next)
	if err != nil {
		return fmt.Errorf("delivery: want: %w", err)
	}
	return nil
}

// Wanted lists what was asked for and is due at a time, by subscriber, at most 100.
func (l *Log) Wanted(ctx context.Context, now int64) ([]Wanted, error) {
	rows, err := l.db.QueryContext(ctx, "SELECT subscriber, message, sequence, event, tries, next FROM wanted WHERE next <= ? ORDER BY subscriber, sequence, event, message LIMIT 100", now)
	if err != nil {
		return nil, fmt.Errorf("delivery: wanted: %w", err)
	}
	defer rows.Close()
	var all []Wanted
	for rows.Next() {
		var w Wanted
		if err := rows.Scan(&w.Subscriber, &w.Message, &w.Place.Sequence, &w.Place.Event, &w.Tries, &w.Next); err != nil {
			return nil, fmt.Errorf("delivery: wanted: %w", err)
		}
		all = append(all, w)
	}
	return all, rows.Err()
}

// Sent notes an attempt of what was asked for, which is no longer wanted; or, where again is not nil, is wanted as it says.
func (l *Log) Sent(ctx context.Context, a Attempt, again *Wanted) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("delivery: sent: %w", err)
	}
	defer tx.Rollback()
	if again != nil {
		_, err = tx.ExecContext(ctx, "UPDATE wanted SET tries = ?, next = ? WHERE subscriber = ? AND message = ?", again.Tries, again.Next, int64(a.Subscriber), a.Message)
	} else {
		_, err = tx.ExecContext(ctx, "DELETE FROM wanted WHERE subscriber = ? AND message = ?", int64(a.Subscriber), a.Message)
	}
	if err != nil {
		return fmt.Errorf("delivery: sent: %w", err)
	}
	if err := record(ctx, tx, a); err != nil {
		return err
	}
	return tx.Commit()
}

// Forget drops what was asked for of a subscriber that gets no more messages.
func (l *Log) Forget(ctx context.Context, w Wanted) error {
	if _, err := l.db.ExecContext(ctx, "DELETE FROM wanted WHERE subscriber = ? AND message = ?", int64(w.Subscriber), w.Message); err != nil {
		return fmt.Errorf("delivery: forget: %w", err)
	}
	return nil
}

const columns = "number, subscriber, message, kind, sequence, event, at, millis, status, answer, failure"

// Attempts lists attempts of one subscriber, newest first, that come before a number; 0: the newest.
func (l *Log) Attempts(ctx context.Context, subscriber, before uint64, limit int) ([]Attempt, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	rows, err := l.db.QueryContext(ctx, "SELECT "+columns+" FROM attempt WHERE subscriber = ? AND number < ? ORDER BY number DESC LIMIT ?", int64(subscriber), int64(before), limit)
	if err != nil {
		return nil, fmt.Errorf("delivery: attempts: %w", err)
	}
	defer rows.Close()
	var all []Attempt
	for rows.Next() {
		var a Attempt
		if err := rows.Scan(&a.Number, &a.Subscriber, &a.Message, &a.Kind, &a.Place.Sequence, &a.Place.Event, &a.At, &a.Millis, &a.Status, &a.Answer, &a.Failure); err != nil {
			return nil, fmt.Errorf("delivery: attempts: %w", err)
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// Backup writes a consistent copy of the log of a data directory into another one; nothing where there is none.
func Backup(ctx context.Context, from, to string) error {
	if _, err := os.Stat(filepath.Join(from, File)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	l, err := Open(filepath.Join(from, File))
	if err != nil {
		return err
	}
	if _, err := l.db.ExecContext(ctx, "VACUUM INTO ?", filepath.Join(to, File)); err != nil {
		return errors.Join(fmt.Errorf("delivery: backup: %w", err), l.Close())
	}
	return l.Close()
}

// Restore copies the log of a backup, which nobody writes to, into a data directory; nothing where there is none.
func Restore(from, to string) error {
	bytes, err := os.ReadFile(filepath.Join(from, File))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(to, File), bytes, 0o640)
	}
	if err != nil {
		return fmt.Errorf("delivery: restore: %w", err)
	}
	return nil
}
