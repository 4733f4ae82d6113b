// Package vault keeps what must be kept byte for byte, and what must be possible to forget: documents and personal
// data. The journal names a kept thing by a reference that tells nothing about it: SHA-256 over its own random salt and
// its bytes. Nothing else of it is anywhere but here, so to erase it here is to erase it.
package vault

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

var (
	// ErrNotFound is returned for a reference that is not kept: erased, or never put here.
	ErrNotFound = errors.New("vault: nothing kept under this reference")
	// ErrClosed is returned by every call after Close.
	ErrClosed = errors.New("vault: closed")
	// ErrDamaged is returned for bytes that do not give their reference any more.
	ErrDamaged = errors.New("vault: kept bytes are damaged")
)

// Ref is SHA-256(salt || bytes) of a kept thing.
type Ref [32]byte

// Item is a thing to keep; Kind says what it is to a person who looks into the file, such as "document".
type Item struct {
	Kind  string
	Bytes []byte
}

// Options of Open.
type Options struct {
	Random io.Reader // of the salts and, in a new vault, of the key; nil is the system's
}

const (
	saltBytes     = 16
	keyBytes      = 32
	applicationID = 0x4d525631 // "MRV1"
	togetherMax   = 4096       // items in one transaction of many callers
)

// Vault is one SQLite file, synced at every transaction. Its methods may be called from any goroutine.
type Vault struct {
	random  io.Reader
	writer  *sql.DB // one connection, used by the writing goroutine and by Erase
	readers *sql.DB // the same as writer in memory
	key     []byte

	mutex   sync.Mutex
	waiting []*put // guarded by mutex
	closed  bool   // guarded by mutex
	wake    chan struct{}
	ended   chan struct{}
}

// put is what one caller waits for.
type put struct {
	items []Item
	refs  []Ref
	err   error
	done  chan struct{}
}

// Open opens or makes the vault at path; an empty path makes one in memory.
func Open(path string, options Options) (*Vault, error) {
	v := &Vault{random: options.Random, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	if v.random == nil {
		v.random = rand.Reader
	}
	if err := v.open(path); err != nil {
		return nil, errors.Join(fmt.Errorf("vault: open: %w", err), v.closeFiles())
	}
	go v.run()
	return v, nil
}

func (v *Vault) open(path string) (err error) {
	if path == "" {
		if v.writer, err = sql.Open("sqlite", ":memory:"); err != nil {
			return err
		}
		v.writer.SetMaxOpenConns(1)
		v.writer.SetMaxIdleConns(1)
		v.readers = v.writer
		return v.check()
	}
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	if v.writer, err = connect(path, 1, "journal_mode(WAL)", "secure_delete(1)"); err != nil {
		return err
	}
	if err := v.check(); err != nil {
		return err
	}
	if v.readers, err = connect(path, 4, "query_only(1)"); err != nil {
		return err
	}
	return syncPath(filepath.Dir(path))
}

func connect(path string, connections int, pragmas ...string) (*sql.DB, error) {
	parameters := url.Values{
		"_txlock": {"immediate"},
		"_pragma": append([]string{"busy_timeout(10000)", "synchronous(FULL)"}, pragmas...),
	}
	name := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: parameters.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// check makes the tables and the key of a new vault, and reads the key of an old one.
func (v *Vault) check() error {
	tx, err := v.writer.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var made, application int
	if err := tx.QueryRow("SELECT (SELECT count(*) FROM sqlite_schema), application_id FROM pragma_application_id").Scan(&made, &application); err != nil {
		return err
	}
	if made > 0 && application != applicationID {
		return errors.New("the file is no vault")
	}
	if made > 0 {
		if err := tx.QueryRow("SELECT bytes FROM secret WHERE name = 'token'").Scan(&v.key); err != nil {
			return err
		}
		return nil
	}
	v.key = make([]byte, keyBytes)
	if _, err := io.ReadFull(v.random, v.key); err != nil {
		return err
	}
	for _, statement := range []string{
		"CREATE TABLE kept (ref BLOB PRIMARY KEY, kind TEXT NOT NULL, salt BLOB NOT NULL, bytes BLOB NOT NULL) STRICT",
		"CREATE TABLE secret (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
		fmt.Sprintf("PRAGMA application_id = %d", applicationID),
	} {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	if _, err := tx.Exec("INSERT INTO secret (name, bytes) VALUES ('token', ?)", v.key); err != nil {
		return err
	}
	return tx.Commit()
}

// Put keeps bytes and returns their reference once they are durable. The same bytes put twice have two references.
func (v *Vault) Put(ctx context.Context, kind string, bytes []byte) (Ref, error) {
	refs, err := v.PutAll(ctx, []Item{{Kind: kind, Bytes: bytes}})
	if err != nil {
		return Ref{}, err
	}
	return refs[0], nil
}

// PutAll keeps many things: all of them, or none and an error. Callers who come at the same time share one sync. When ctx
// ends first, the things may be kept nevertheless, under references that nobody knows.
func (v *Vault) PutAll(ctx context.Context, items []Item) ([]Ref, error) {
	if len(items) == 0 {
		return nil, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := &put{items: items, done: make(chan struct{})}
	v.mutex.Lock()
	if v.closed {
		v.mutex.Unlock()
		return nil, ErrClosed
	}
	v.waiting = append(v.waiting, p)
	v.mutex.Unlock()
	v.signal()
	select {
	case <-p.done:
		return p.refs, p.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (v *Vault) signal() {
	select {
	case v.wake <- struct{}{}:
	default:
	}
}

func (v *Vault) take() (some []*put, closed bool) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	items, n := 0, 0
	for n < len(v.waiting) && (n == 0 || items+len(v.waiting[n].items) <= togetherMax) {
		items += len(v.waiting[n].items)
		n++
	}
	some, v.waiting = v.waiting[:n:n], v.waiting[n:]
	return some, v.closed
}

func (v *Vault) run() {
	defer close(v.ended)
	for {
		some, closed := v.take()
		if len(some) > 0 {
			err := v.write(some)
			for _, p := range some {
				if p.err = err; err != nil {
					p.refs = nil
				}
				close(p.done)
			}
			continue
		}
		if closed {
			return
		}
		<-v.wake
	}
}

func (v *Vault) write(some []*put) error {
	tx, err := v.writer.Begin()
	if err != nil {
		return fmt.Errorf("vault: put: %w", err)
	}
	defer tx.Rollback()
	insert, err := tx.Prepare("INSERT INTO kept (ref, kind, salt, bytes) VALUES (?, ?, ?, ?)")
	if err != nil {
		return fmt.Errorf("vault: put: %w", err)
	}
	defer insert.Close()
	for _, p := range some {
		for _, item := range p.items {
			salt := make([]byte, saltBytes)
			if _, err := io.ReadFull(v.random, salt); err != nil {
				return fmt.Errorf("vault: put: %w", err)
			}
			bytes := item.Bytes
			if bytes == nil {
				bytes = []byte{} // nil would be NULL
			}
			ref := reference(salt, bytes)
			if _, err := insert.Exec(ref[:], item.Kind, salt, bytes); err != nil {
				return fmt.Errorf("vault: put: %w", err)
			}
			p.refs = append(p.refs, ref)
		}
	}
	// The commit point: references are given out only after this.
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("vault: put: %w", err)
	}
	return nil
}

func reference(salt, bytes []byte) (ref Ref) {
	digest := sha256.New()
	digest.Write(salt)
	digest.Write(bytes)
	digest.Sum(ref[:0])
	return ref
}

// Get returns what is kept under the reference, and its kind. It fails with ErrNotFound or ErrDamaged.
func (v *Vault) Get(ctx context.Context, ref Ref) (kind string, bytes []byte, err error) {
	kind, _, bytes, err = v.GetSalted(ctx, ref)
	return kind, bytes, err
}

// GetSalted is Get with the salt: who is given salt and bytes can compute the reference, and so knows what an entry cites.
func (v *Vault) GetSalted(ctx context.Context, ref Ref) (kind string, salt [16]byte, bytes []byte, err error) {
	var stored []byte
	err = v.readers.QueryRowContext(ctx, "SELECT kind, salt, bytes FROM kept WHERE ref = ?", ref[:]).Scan(&kind, &stored, &bytes)
	if errors.Is(err, sql.ErrNoRows) {
		return "", salt, nil, ErrNotFound
	}
	if err != nil {
		return "", salt, nil, fmt.Errorf("vault: get: %w", err)
	}
	if len(stored) != saltBytes || reference(stored, bytes) != ref {
		return "", salt, nil, ErrDamaged
	}
	return kind, [16]byte(stored), bytes, nil
}

// Erase forgets what is kept under the reference, on the disk too, before it returns; ErrNotFound when there is nothing.
// Backups made before still have it.
func (v *Vault) Erase(ctx context.Context, ref Ref) error {
	result, err := v.writer.ExecContext(ctx, "DELETE FROM kept WHERE ref = ?", ref[:])
	if err != nil {
		return fmt.Errorf("vault: erase: %w", err)
	}
	if erased, err := result.RowsAffected(); err != nil || erased == 0 {
		return errors.Join(ErrNotFound, err)
	}
	// The deleted bytes are overwritten in the file; they must go from the write-ahead log too. A reader may hold it
	// back for the moment: then the next erasure or the close does it.
	if _, err := v.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("vault: erase: %w", err)
	}
	return nil
}

// Token gives the same 16 bytes for the same domain and parts on this node, and tells nobody without the node's key what
// they were: HMAC-SHA-256 (RFC 2104), truncated, over the domain and parts with their lengths.
func (v *Vault) Token(domain string, parts ...string) (token [16]byte) {
	mac := hmac.New(sha256.New, v.key)
	for _, part := range append([]string{domain}, parts...) {
		mac.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(part))))
		mac.Write([]byte(part))
	}
	copy(token[:], mac.Sum(nil))
	return token
}

// Backup writes a consistent copy to dst, which must not exist, while the vault is in use.
func (v *Vault) Backup(ctx context.Context, dst string) error {
	if _, err := os.Lstat(dst); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("vault: backup: %s exists", dst)
	}
	partial := dst + ".partial"
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("vault: backup: %w", err)
	}
	if _, err := v.writer.ExecContext(ctx, "VACUUM INTO ?", partial); err != nil {
		return fmt.Errorf("vault: backup: %w", err)
	}
	if err := syncPath(partial); err != nil {
		return err
	}
	if err := os.Rename(partial, dst); err != nil {
		return fmt.Errorf("vault: backup: %w", err)
	}
	return syncPath(filepath.Dir(dst))
}

// Close keeps what was put before and closes the file.
func (v *Vault) Close() error {
	v.mutex.Lock()
	if v.closed {
		v.mutex.Unlock()
		return nil
	}
	v.closed = true
	v.mutex.Unlock()
	v.signal()
	<-v.ended
	return v.closeFiles()
}

func (v *Vault) closeFiles() error {
	var errs []error
	if v.readers != nil && v.readers != v.writer {
		errs = append(errs, v.readers.Close())
	}
	if v.writer != nil {
		errs = append(errs, v.writer.Close())
	}
	return errors.Join(errs...)
}

func syncPath(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("vault: sync: %w", err)
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("vault: sync: %w", err)
	}
	return nil
}
