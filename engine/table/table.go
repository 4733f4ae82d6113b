// Package table mirrors the book's records in SQL rows: to query, to look at, and to start from quickly. The journal is
// the truth; the tables can always be thrown away and built anew, so they have no migrations.
//
// A table has the record's number, the columns that the book describes, the record in its stored encoding, and the list
// of the entries that changed it. Everything in the file stands at one watermark, which moves in the same transaction as
// the rows.
package table

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"millrace/book"
)

var (
	// ErrUnusable is wrapped by Open for a file of another layout, or one that is no table file: build it anew.
	ErrUnusable = errors.New("table: unusable")
	// ErrMoved is returned when somebody else moved the watermark.
	ErrMoved = errors.New("table: the watermark was moved by somebody else")
)

// Mark says up to where in which journal the rows go. The zero Mark is that of empty tables.
type Mark struct {
	Sequence uint64   // of the last entry included
	Identity [32]byte // leaf of the journal's first entry
	Leaf     [32]byte // leaf of the last entry included
}

const (
	layoutVersion = 3 // raise it when the generated schema changes
	cacheKiB      = 64 << 10
	walPages      = 8 << 10 // pages in the write-ahead log before they are moved into the file
	storyBytesMax = 4 << 10 // a longer list of entries moves out of its row
)

// Store is the file of tables. Write is for one goroutine at a time.
type Store struct {
	tables  []book.Table
	writer  *sql.DB
	conn    *sql.Conn // the writer's only connection
	readers *sql.DB
	mark    Mark // as written last
	writing writing
}

// Open opens or makes the tables. It fails with ErrUnusable when the file is of another layout or damaged.
func Open(path string, tables []book.Table) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	s := &Store{tables: tables}
	if err := s.open(path); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrUnusable, err), s.Close())
	}
	return s, nil
}

// connect opens a pool. Synchronous NORMAL may lose the last transactions in a power cut, never the order among them.
func connect(path string, connections int, pragmas ...string) (*sql.DB, error) {
	parameters := url.Values{"_pragma": append([]string{"busy_timeout(10000)", "synchronous(NORMAL)"}, pragmas...)}
	name := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: parameters.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

func (s *Store) open(path string) (err error) {
	s.writer, err = connect(path, 1, "journal_mode(WAL)", fmt.Sprintf("wal_autocheckpoint(%d)", walPages),
		fmt.Sprintf("cache_size(-%d)", cacheKiB), "temp_store(MEMORY)")
	if err != nil {
		return err
	}
	if s.conn, err = s.writer.Conn(context.Background()); err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	s.readers, err = connect(path, max(4, runtime.NumCPU()), "query_only(1)")
	return err
}

// check makes the tables in an empty file and reads the watermark of one that has them.
func (s *Store) check() error {
	ctx := context.Background()
	var made int
	if err := s.conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&made); err != nil {
		return err
	}
	layout := Layout(s.tables)
	if made == 0 {
		return s.make(ctx, layout)
	}
	var found, identity, leaf []byte
	var sequence int64
	err := s.conn.QueryRowContext(ctx, "SELECT layout, sequence, identity, leaf FROM meta").Scan(&found, &sequence, &identity, &leaf)
	if err != nil {
		return err
	}
	if string(found) != string(layout[:]) || len(identity) != 32 || len(leaf) != 32 {
		return errors.New("the layout is another")
	}
	s.mark = Mark{Sequence: uint64(sequence), Identity: [32]byte(identity), Leaf: [32]byte(leaf)}
	return nil
}

func (s *Store) make(ctx context.Context, layout [32]byte) error {
	tx, err := s.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, statement := range Schema(s.tables) {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	var zero [32]byte
	if _, err := tx.ExecContext(ctx, "INSERT INTO meta (layout, sequence, identity, leaf) VALUES (?, 0, ?, ?)", layout[:], zero[:], zero[:]); err != nil {
		return err
	}
	return tx.Commit()
}

// Schema returns the statements that make the tables. Besides them there are meta, one row with the watermark, and story,
// where long lists of entries go.
func Schema(tables []book.Table) []string {
	statements := []string{
		"CREATE TABLE meta (layout BLOB NOT NULL, sequence INTEGER NOT NULL, identity BLOB NOT NULL, leaf BLOB NOT NULL) STRICT",
		"CREATE TABLE story (record_table INTEGER NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (record_table, number, part)) STRICT, WITHOUT ROWID",
	}
	for _, t := range tables {
		var columns strings.Builder
		for _, column := range t.Columns {
			fmt.Fprintf(&columns, "%s %s NOT NULL, ", quote(column.Name), typeName(column.Type))
		}
		statements = append(statements,
			fmt.Sprintf("CREATE TABLE %s (number INTEGER PRIMARY KEY, %srecord BLOB NOT NULL, entries BLOB NOT NULL) STRICT", quote(t.Name), columns.String()),
			// Holds almost nothing; it finds the lists that are too long for their rows.
			fmt.Sprintf("CREATE INDEX %s ON %s (number) WHERE length(entries) > %d", quote(t.Name+"_long_story"), quote(t.Name), storyBytesMax))
		for _, column := range t.Columns {
			if column.Indexed == book.IndexedColumn {
				statements = append(statements, fmt.Sprintf("CREATE INDEX %s ON %s (%s)",
					quote(t.Name+"_by_"+column.Name), quote(t.Name), quote(column.Name)))
			}
		}
		for _, order := range t.Orders {
			names := make([]string, len(order))
			for i, name := range order {
				names[i] = quote(columnOf(t, name).Name)
			}
			statements = append(statements, fmt.Sprintf("CREATE INDEX %s ON %s (%s)", quote(t.Name+"_by_"+strings.Join(order, "_")), quote(t.Name), strings.Join(names, ", ")))
		}
		statements = append(statements, sums(t)...)
	}
	return statements
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func typeName(t book.ColumnType) string {
	switch t {
	case book.Integer:
		return "INTEGER"
	case book.Text:
		return "TEXT"
	case book.Blob:
		return "BLOB"
	}
	panic(fmt.Sprintf("table: column type %d", t))
}

// Layout is the hash of everything that the file's shape depends on.
func Layout(tables []book.Table) [32]byte {
	description := binary.AppendUvarint(nil, layoutVersion)
	text := func(s string) {
		description = binary.AppendUvarint(description, uint64(len(s)))
		description = append(description, s...)
	}
	for _, statement := range Schema(tables) {
		text(statement)
	}
	for _, t := range tables {
		text(fmt.Sprint(t.Name, t.Live))
	}
	return sha256.Sum256(description)
}

// Mark returns the watermark as written last.
func (s *Store) Mark() Mark { return s.mark }

// Load yields every record of every live table, by table and number. The bytes are valid until yield returns. Rows are
// read ahead on a goroutine of their own.
func (s *Store) Load(yield func(table int, number uint64, record []byte) error) error {
	ahead := make(chan *loadedRows, loadAhead)
	quit := make(chan struct{})
	defer close(quit)
	var failure error
	go func() {
		defer close(ahead)
		failure = s.readAhead(ahead, quit)
	}()
	for some := range ahead {
		for i := range some.rows {
			row := &some.rows[i]
			if err := yield(row.table, row.number, some.bytes[row.from:row.to]); err != nil {
				return fmt.Errorf("table: load %s: record %d: %w", s.tables[row.table].Name, row.number, err)
			}
		}
	}
	if failure != nil {
		return failure
	}
	// Nothing that was read is read again: the cache is given back.
	if _, err := s.conn.ExecContext(context.Background(), "PRAGMA shrink_memory"); err != nil {
		return fmt.Errorf("table: load: %w", err)
	}
	return nil
}

// loadedRows are rows on their way from the file into the book; their records lie one after another in bytes.
type loadedRows struct {
	rows  []loadedRow
	bytes []byte
}

type loadedRow struct {
	table    int
	number   uint64
	from, to int
}

const (
	loadAhead     = 4
	loadRowsMax   = 1024
	loadBytesRoom = 256 << 10
)

// errQuit ends the reading ahead when nobody wants the rows any more.
var errQuit = errors.New("table: loading was given up")

func (s *Store) readAhead(ahead chan<- *loadedRows, quit <-chan struct{}) error {
	some := &loadedRows{}
	send := func() error {
		select {
		case ahead <- some:
			some = &loadedRows{rows: make([]loadedRow, 0, loadRowsMax), bytes: make([]byte, 0, loadBytesRoom)}
			return nil
		case <-quit:
			return errQuit
		}
	}
	for i, t := range s.tables {
		if !t.Live {
			continue
		}
		err := s.readTable(t, func(number uint64, record []byte) error {
			from := len(some.bytes)
			some.bytes = append(some.bytes, record...)
			some.rows = append(some.rows, loadedRow{i, number, from, len(some.bytes)})
			if len(some.rows) < loadRowsMax {
				return nil
			}
			return send()
		})
		if err != nil {
			return fmt.Errorf("table: load %s: %w", t.Name, err)
		}
	}
	return send()
}

func (s *Store) readTable(t book.Table, yield func(number uint64, record []byte) error) error {
	rows, err := s.conn.QueryContext(context.Background(), fmt.Sprintf("SELECT number, record FROM %s ORDER BY number", quote(t.Name)))
	if err != nil {
		return err
	}
	defer rows.Close()
	var number int64
	var record sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&number, &record); err != nil {
			return err
		}
		if err := yield(uint64(number), record); err != nil {
			return err
		}
	}
	return rows.Err()
}

// View is a read transaction on all tables at one watermark.
type View struct {
	Tx        *sql.Tx // for SELECT only
	Watermark uint64  // sequence of the last entry that the rows include
	tables    []book.Table
}

// Read opens a view of the tables as they are now. It ends with Close, or with ctx.
func (s *Store) Read(ctx context.Context) (*View, error) {
	tx, err := s.readers.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("table: view: %w", err)
	}
	v := &View{Tx: tx, tables: s.tables}
	var sequence int64
	// The first read fixes what all later ones see.
	if err := tx.QueryRowContext(ctx, "SELECT sequence FROM meta").Scan(&sequence); err != nil {
		return nil, errors.Join(fmt.Errorf("table: view: %w", err), tx.Rollback())
	}
	v.Watermark = uint64(sequence)
	return v, nil
}

// Close ends the view.
func (v *View) Close() error {
	if err := v.Tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("table: view: %w", err)
	}
	return nil
}

// Story returns the sequences, ascending, of all entries that changed a record; none when there is no such record. The
// table is named by its index in book's Tables.
func (v *View) Story(ctx context.Context, table int, number uint64) ([]uint64, error) {
	rows, err := v.Tx.QueryContext(ctx, fmt.Sprintf(`SELECT entries FROM (
		SELECT part, entries FROM story WHERE record_table = ?1 AND number = ?2
		UNION ALL SELECT 9223372036854775807, entries FROM %s WHERE number = ?2
	) ORDER BY part`, quote(v.tables[table].Name)), table, int64(number))
	if err != nil {
		return nil, fmt.Errorf("table: story: %w", err)
	}
	defer rows.Close()
	var story []uint64
	for rows.Next() {
		var segments sql.RawBytes
		if err := rows.Scan(&segments); err != nil {
			return nil, fmt.Errorf("table: story: %w", err)
		}
		if story, err = DecodeEntries(story, segments); err != nil {
			return nil, fmt.Errorf("table: story of %s %d: %w", v.tables[table].Name, number, err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("table: story: %w", err)
	}
	return story, nil
}

// AppendEntries appends one segment: the number of sequences, the first, and the differences, as uvarints. Segments may
// follow one another. No sequences make no segment.
func AppendEntries(dst []byte, sequences []uint64) []byte {
	if len(sequences) == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(len(sequences)))
	before := uint64(0)
	for _, sequence := range sequences {
		dst = binary.AppendUvarint(dst, sequence-before)
		before = sequence
	}
	return dst
}

// DecodeEntries appends the sequences of all segments to dst.
func DecodeEntries(dst []uint64, segments []byte) ([]uint64, error) {
	next := func() (uint64, bool) {
		v, n := binary.Uvarint(segments)
		if n <= 0 {
			return 0, false
		}
		segments = segments[n:]
		return v, true
	}
	for len(segments) > 0 {
		count, ok := next()
		if !ok || count > uint64(len(segments)) {
			return nil, errors.New("malformed list of entries")
		}
		sequence := uint64(0)
		for range count {
			difference, ok := next()
			if !ok {
				return nil, errors.New("malformed list of entries")
			}
			sequence += difference
			dst = append(dst, sequence)
		}
	}
	return dst, nil
}

// Close closes the file.
func (s *Store) Close() error {
	var errs []error
	errs = append(errs, s.closeStatements())
	if s.readers != nil {
		errs = append(errs, s.readers.Close())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	return errors.Join(errs...)
}

// Remove removes a closed file of tables, with what SQLite keeps beside it.
func Remove(path string) error {
	// The file goes first: SQLite ignores a log without one.
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("table: %w", err)
		}
	}
	return syncDirectory(filepath.Dir(path))
}

// Replace puts the closed file at beside in the place of the closed file at path. A crash in the middle leaves no tables.
func Replace(path, beside string) error {
	if err := Remove(path); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil {
		return fmt.Errorf("table: %w", err)
	}
	return syncDirectory(filepath.Dir(path))
}

func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("table: %w", err)
	}
	if err := errors.Join(directory.Sync(), directory.Close()); err != nil {
		return fmt.Errorf("table: %w", err)
	}
	return nil
}
