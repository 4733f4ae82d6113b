// Package sqlite is a journal in one SQLite file: a write-ahead log synced at
// every append, one row and one blob a batch.
//
// One connection appends, others read, and one goroutine with a connection of
// its own moves the write-ahead log into the file, so that no answer waits for
// that. Copy such a file with Backup only: a plain copy misses what is still in
// the write-ahead log.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"millrace/engine/journal"
)

const (
	applicationID = 0x4d524a31 // "MRJ1", so that file(1) and Open know a journal
	layoutVersion = 1
	// versionMinimum has the repair of the reset race of the write-ahead log, which
	// needs one connection that writes and one that checkpoints: what we do.
	versionMinimum = "3.51.3"

	walBytesMax      = 32 << 20 // above this the write-ahead log is moved into the file
	walTailFramesMax = 64       // what may remain for the round that holds appends up
	readRowsMax      = 64       // rows under one read snapshot, which holds the log back
)

// The head is compared inside the statement that writes, so that nobody gets
// between; the primary key is the second fence. The table keeps its rowid: without
// it, SQLite takes large blobs at little more than half the speed.
const (
	schema = `CREATE TABLE IF NOT EXISTS batch (
	shard          INTEGER NOT NULL,
	first_sequence INTEGER NOT NULL,
	count          INTEGER NOT NULL,
	previous       BLOB NOT NULL,
	hash           BLOB NOT NULL,
	bytes          BLOB NOT NULL,
	PRIMARY KEY (shard, first_sequence)
) STRICT`

	insertFirst = `INSERT INTO batch (shard, first_sequence, count, previous, hash, bytes)
	SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM batch WHERE shard = ?1)`

	insertNext = `INSERT INTO batch (shard, first_sequence, count, previous, hash, bytes)
	SELECT ?1, ?2, ?3, ?4, ?5, ?6
	WHERE (SELECT first_sequence + count = ?2 AND hash = ?4 FROM batch WHERE shard = ?1 ORDER BY first_sequence DESC LIMIT 1)`

	selectHead = `SELECT first_sequence + count - 1, hash FROM batch WHERE shard = ? ORDER BY first_sequence DESC LIMIT 1`

	selectLast = `SELECT first_sequence, count, previous, hash, bytes FROM batch WHERE shard = ? ORDER BY first_sequence DESC LIMIT 1`

	selectFrom = `SELECT bytes FROM batch
	WHERE shard = ?1 AND first_sequence >= coalesce((SELECT max(first_sequence) FROM batch WHERE shard = ?1 AND first_sequence <= ?2), 0)
	ORDER BY first_sequence LIMIT ?3`

	selectHolding = `SELECT bytes FROM batch WHERE shard = ? AND first_sequence <= ? ORDER BY first_sequence DESC LIMIT 1`
)

// Connect opens a pool of connections to the journal's file; parameters are
// those of the file's URI, of which "_pragma" and "_txlock" are the driver's
// part. It lets the same journal run on another driver or file layer.
type Connect func(parameters url.Values) (*sql.DB, error)

// Journal is a journal.Journal in one SQLite file.
type Journal struct {
	shard   uint32
	connect Connect

	writer, readers, checkpointer  *sql.DB
	insertFirst, insertNext        *sql.Stmt // on writer
	head, last, from, holding      *sql.Stmt // on readers
	appendMutex                    sync.Mutex
	broken                         error // guarded by appendMutex: the first append of unknown outcome
	walBytes                       int   // guarded by appendMutex: written since the last checkpoint
	checkpointWanted, checkpointed chan struct{}
	closed                         atomic.Bool
	recent                         recent
}

// Open opens or makes the journal of a shard at path. It verifies the last
// batch; Verify is for the rest. It fails with journal.ErrNewerFormat when a
// later release wrote the file.
func Open(path string, shard uint32) (*Journal, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	j, err := OpenOn(connectTo(path), shard)
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", err, path)
	}
	// SQLite syncs the directory for its log, but not for the file that it made.
	if err := syncDirectory(filepath.Dir(path)); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

func connectTo(path string) Connect {
	return func(parameters url.Values) (*sql.DB, error) {
		name := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: parameters.Encode()}
		return sql.Open("sqlite", name.String())
	}
}

// OpenOn is Open on connections of the caller's choice.
func OpenOn(connect Connect, shard uint32) (*Journal, error) {
	j := &Journal{shard: shard, connect: connect, checkpointWanted: make(chan struct{}, 1), checkpointed: make(chan struct{})}
	err := j.openWriter()
	if err == nil {
		err = j.openReaders()
	}
	if err == nil {
		err = j.verifyLast()
	}
	if err != nil {
		close(j.checkpointed)
		return nil, errors.Join(err, j.Close())
	}
	go j.checkpointLoop()
	return j, nil
}

func pool(connect Connect, connections int, pragmas ...string) (*sql.DB, error) {
	db, err := connect(url.Values{
		"_txlock": {"immediate"},
		"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...),
	})
	if err != nil {
		return nil, fmt.Errorf("journal: open: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

func (j *Journal) openWriter() (err error) {
	j.writer, err = pool(j.connect, 1, "page_size(16384)", "synchronous(FULL)", "journal_mode(WAL)", "wal_autocheckpoint(0)")
	if err != nil {
		return err
	}
	if err := j.checkFile(); err != nil {
		return err
	}
	if err := j.checkSettings(); err != nil {
		return err
	}
	if j.insertFirst, err = j.writer.Prepare(insertFirst); err != nil {
		return fmt.Errorf("journal: prepare: %w", err)
	}
	if j.insertNext, err = j.writer.Prepare(insertNext); err != nil {
		return fmt.Errorf("journal: prepare: %w", err)
	}
	return nil
}

// checkFile makes the table in a new file, and refuses a file that is something
// else or newer.
func (j *Journal) checkFile() error {
	tx, err := j.writer.Begin() // immediate: two processes may find the same empty file
	if err != nil {
		return fmt.Errorf("journal: open: %w", err)
	}
	defer tx.Rollback()
	var application, layout, tables int64
	err = tx.QueryRow(`SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&application, &layout, &tables)
	switch {
	case err != nil:
		return fmt.Errorf("journal: open: %w", err)
	case application == 0 && layout == 0 && tables == 0:
		for _, statement := range []string{
			schema,
			fmt.Sprintf("PRAGMA application_id = %d", applicationID),
			fmt.Sprintf("PRAGMA user_version = %d", layoutVersion),
		} {
			if _, err := tx.Exec(statement); err != nil {
				return fmt.Errorf("journal: make: %w", err)
			}
		}
	case application != applicationID:
		return errors.New("journal: the file is an SQLite database, but not a journal")
	case layout > layoutVersion:
		return fmt.Errorf("%w (found layout %d, newest known %d)", journal.ErrNewerFormat, layout, layoutVersion)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("journal: make: %w", err)
	}
	return nil
}

// checkSettings asks SQLite what it will really do: a setting that did not take
// would otherwise show only after a power cut.
func (j *Journal) checkSettings() error {
	for _, want := range []struct{ query, value string }{
		{"PRAGMA journal_mode", "wal"},
		{"PRAGMA synchronous", "2"},
		{"PRAGMA wal_autocheckpoint", "0"},
	} {
		var value string
		if err := j.writer.QueryRow(want.query).Scan(&value); err != nil {
			return fmt.Errorf("journal: %s: %w", want.query, err)
		}
		if value != want.value {
			return fmt.Errorf("journal: %s is %s, must be %s", want.query, value, want.value)
		}
	}
	var version string
	if err := j.writer.QueryRow("SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("journal: version of SQLite: %w", err)
	}
	if versionLess(version, versionMinimum) {
		return fmt.Errorf("journal: SQLite %s is too old, %s is the minimum", version, versionMinimum)
	}
	return nil
}

// versionLess compares dotted numbers.
func versionLess(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, _ := strconv.Atoi(as[i])
		y, _ := strconv.Atoi(bs[i])
		if x != y {
			return x < y
		}
	}
	return len(as) < len(bs)
}

func (j *Journal) openReaders() (err error) {
	if j.readers, err = pool(j.connect, 4, "query_only(1)"); err != nil {
		return err
	}
	if j.checkpointer, err = pool(j.connect, 1, "synchronous(FULL)", "wal_autocheckpoint(0)"); err != nil {
		return err
	}
	for _, statement := range []struct {
		to  **sql.Stmt
		sql string
	}{{&j.head, selectHead}, {&j.last, selectLast}, {&j.from, selectFrom}, {&j.holding, selectHolding}} {
		if *statement.to, err = j.readers.Prepare(statement.sql); err != nil {
			return fmt.Errorf("journal: prepare: %w", err)
		}
	}
	return nil
}

// verifyLast verifies the last batch and that its row says what its bytes say.
func (j *Journal) verifyLast() error {
	var first int64
	var count int
	var previous, hash, bytes []byte
	err := j.last.QueryRow(int64(j.shard)).Scan(&first, &count, &previous, &hash, &bytes)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("journal: last batch: %w", err)
	}
	batch, err := journal.NewChain(j.shard).Next(bytes)
	if err != nil {
		return fmt.Errorf("journal: last batch: %w", err)
	}
	if batch.First != uint64(first) || batch.Count != count ||
		string(batch.Previous[:]) != string(previous) || string(batch.Hash[:]) != string(hash) {
		return fmt.Errorf("%w batch: the row of batch %d does not say what its bytes say", journal.ErrMalformed, first)
	}
	return nil
}

// Append implements journal.Journal. After an error other than
// journal.ErrConflict the journal takes no more: SQLite may or may not have the
// batch, and only a new Open tells.
func (j *Journal) Append(s journal.Sealed) error {
	if j.closed.Load() {
		return journal.ErrClosed
	}
	if s.First == 0 || s.First > math.MaxInt64 {
		return fmt.Errorf("%w: first sequence %d", journal.ErrConflict, s.First)
	}
	if err := journal.CheckAppend(j.shard, journal.Head{Sequence: s.First - 1, Hash: s.Previous}, s); err != nil {
		return err
	}
	insert := j.insertNext
	if s.First == 1 {
		if s.Previous != [32]byte{} {
			return fmt.Errorf("%w: a first batch that follows another", journal.ErrConflict)
		}
		insert = j.insertFirst
	}
	j.appendMutex.Lock()
	defer j.appendMutex.Unlock()
	if j.broken != nil {
		return j.broken
	}
	// The commit point: when this returns without error the batch is on the disk.
	result, err := insert.Exec(int64(j.shard), int64(s.First), s.Count, s.Previous[:], s.Hash[:], s.Bytes)
	if err == nil {
		var inserted int64
		if inserted, err = result.RowsAffected(); err == nil && inserted == 0 {
			return j.conflict(s)
		}
	}
	if err != nil {
		j.broken = fmt.Errorf("journal: append of batch %d: %w", s.First, err)
		return j.broken
	}
	if j.walBytes += len(s.Bytes); j.walBytes > walBytesMax {
		j.walBytes = 0
		select {
		case j.checkpointWanted <- struct{}{}:
		default: // one is on its way
		}
	}
	return nil
}

// conflict says what the batch collided with.
func (j *Journal) conflict(s journal.Sealed) error {
	head, err := j.Head()
	if err == nil {
		err = journal.CheckAppend(j.shard, head, s)
	}
	return errors.Join(journal.ErrConflict, err)
}

// Head implements journal.Journal.
func (j *Journal) Head() (journal.Head, error) {
	if j.closed.Load() {
		return journal.Head{}, journal.ErrClosed
	}
	var sequence int64
	var hash []byte
	err := j.head.QueryRow(int64(j.shard)).Scan(&sequence, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Head{}, nil
	}
	if err != nil {
		return journal.Head{}, fmt.Errorf("journal: head: %w", err)
	}
	if len(hash) != 32 {
		return journal.Head{}, fmt.Errorf("%w batch: hash of %d bytes", journal.ErrMalformed, len(hash))
	}
	return journal.Head{Sequence: uint64(sequence), Hash: [32]byte(hash)}, nil
}

// Read implements journal.Journal. Batches appended while it reads are yielded
// too; yield may call the journal.
func (j *Journal) Read(from uint64, yield func(journal.Batch) error) error {
	if from > math.MaxInt64 {
		return nil
	}
	chain := journal.NewChain(j.shard)
	for {
		next, err := j.readSome(chain, from, yield)
		if errors.Is(err, journal.ErrStop) || err == nil && next == from {
			return nil
		}
		if err != nil {
			return err
		}
		from = next
	}
}

// readSome yields a few batches and returns the sequence after them, or from
// when there are none.
func (j *Journal) readSome(chain *journal.Chain, from uint64, yield func(journal.Batch) error) (next uint64, err error) {
	if j.closed.Load() {
		return from, journal.ErrClosed
	}
	rows, err := j.from.Query(int64(j.shard), int64(from), readRowsMax)
	if err != nil {
		return from, fmt.Errorf("journal: read from %d: %w", from, err)
	}
	defer rows.Close()
	next = from
	for rows.Next() {
		var bytes []byte
		if err := rows.Scan(&bytes); err != nil {
			return next, fmt.Errorf("journal: read from %d: %w", next, err)
		}
		header, err := journal.PeekBatch(bytes)
		if err == nil && header.Last() < from {
			continue // from is past the head, or begins a batch that is not there yet
		}
		batch, err := chain.Next(bytes)
		if err != nil {
			return next, fmt.Errorf("journal: read from %d: %w", next, err)
		}
		if err := yield(batch); err != nil {
			return next, err
		}
		next = batch.Last() + 1
	}
	if err := rows.Err(); err != nil {
		return next, fmt.Errorf("journal: read from %d: %w", next, err)
	}
	return next, nil
}

// Entry implements journal.Journal.
func (j *Journal) Entry(sequence uint64) (journal.Entry, [32]byte, error) {
	if j.closed.Load() {
		return journal.Entry{}, [32]byte{}, journal.ErrClosed
	}
	if sequence == 0 || sequence > math.MaxInt64 {
		return journal.Entry{}, [32]byte{}, journal.ErrNotFound
	}
	if batch := j.recent.holding(sequence); batch != nil {
		return batch.Entry(sequence)
	}
	var bytes []byte
	err := j.holding.QueryRow(int64(j.shard), int64(sequence)).Scan(&bytes)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Entry{}, [32]byte{}, journal.ErrNotFound
	}
	if err != nil {
		return journal.Entry{}, [32]byte{}, fmt.Errorf("journal: entry %d: %w", sequence, err)
	}
	batch, err := journal.Index(bytes)
	if err != nil {
		return journal.Entry{}, [32]byte{}, err
	}
	j.recent.keep(batch, sequence)
	return batch.Entry(sequence)
}

// Verify reads and verifies the whole journal; see journal.Verify.
func (j *Journal) Verify(ctx context.Context, progress func(journal.Head)) (journal.Head, error) {
	return journal.Verify(ctx, j, progress)
}

// Close moves the write-ahead log into the file and closes all connections. It
// waits for an append under way.
func (j *Journal) Close() error {
	if j.closed.Swap(true) {
		return nil
	}
	close(j.checkpointWanted)
	<-j.checkpointed
	j.appendMutex.Lock()
	defer j.appendMutex.Unlock()
	var errs []error
	for _, statement := range []*sql.Stmt{j.insertFirst, j.insertNext, j.head, j.last, j.from, j.holding} {
		if statement != nil {
			errs = append(errs, statement.Close())
		}
	}
	// SQLite itself moves the log when the last connection goes.
	for _, db := range []*sql.DB{j.readers, j.checkpointer, j.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
