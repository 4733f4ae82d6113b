// Package book is the state machine: the only place where two domains meet.
//
// Decide answers what a command would do, and changes nothing. Apply folds one event into the book, and cannot fail.
// Check is written apart from both and audits the result. One file holds one business act: its command, its events, its
// ladder of rejections and its folding.
package book

import (
	"crypto/sha256"
	"encoding/binary"

	"millrace/domain/id"
)

// Command asks for something. Kind is stable for ever: it names the stored form.
type Command interface{ Kind() uint16 }

// Event is a fact. Kind is stable for ever: it names the stored form.
type Event interface{ Kind() uint16 }

// Header is what an entry says before its events. Times are microseconds since the Unix epoch, UTC.
type Header struct {
	Sequence uint64   // of the entry, from 1, without gaps
	At       int64    // the stamp; never before that of the entry before
	Actor    id.Actor // on whose authority; 0 is the node itself (timers, the first entry)
	KeyToken KeyToken // of the actor's idempotency key; zero when the command came without one
}

// KeyToken stands for an actor's idempotency key.
type KeyToken [16]byte

// TokenOfKey gives the token of a key in its actor's scope; an empty key gives the zero token.
func TokenOfKey(actor id.Actor, key string) KeyToken {
	if key == "" {
		return KeyToken{}
	}
	var buffer [136]byte
	scoped := binary.BigEndian.AppendUint64(buffer[:0], uint64(actor))
	sum := sha256.Sum256(append(scoped, key...))
	return KeyToken(sum[:16])
}

// Rejection says why a command was refused. It leaves no entry and does not use up its key.
type Rejection struct {
	Code     string `json:"code"`               // snake_case, stable, in the catalogue
	Sentence string `json:"sentence"`           // for a person: where and what
	Field    string `json:"field,omitempty"`    // of the command
	Citation string `json:"citation,omitempty"` // of the law or policy, where the rule comes from one
}

// Error makes a rejection readable in tests and logs; inside the book it is a value, never an error.
func (r *Rejection) Error() string { return r.Code + ": " + r.Sentence }

// Row is a changed record, as it stood when Drain was called: a flat value that shares nothing with the book.
type Row struct {
	Table   int      // index into Tables()
	Number  uint64   // primary key
	Record  any      // the record's struct, by value
	Entries []uint64 // sequences, ascending, of the entries that changed it since the last Drain
}

// ColumnType is how a column is stored.
type ColumnType uint8

// The column types.
const (
	Integer ColumnType = 1 + iota
	Text
	Blob
)

// Column is a value to query by, beside the record in its stored encoding.
type Column struct {
	Name    string
	Type    ColumnType
	Indexed Indexing
}

// Indexing tells whether a column has an index of its own.
type Indexing uint8

// Whether a column is indexed.
const (
	Unindexed Indexing = iota
	IndexedColumn
)

// Table describes the mirror of one kind of record.
type Table struct {
	Name    string
	Columns []Column
	Values  func(record any) []any              // one value a column: int64, string or []byte
	Encode  func(dst []byte, record any) []byte // the stored encoding
	Live    bool                                // false: written once, not held in the book, not loaded at start
	Orders  [][]string                          // columns by which rows are also found in order: of those with equal first ones by the last
	Sums    []Sum                               // kept up with every row that is written
}

// Sum is a table that counts the rows of another and adds up some of its columns, by the values of others.
type Sum struct {
	Name string
	By   []string // columns; the first ones narrow a search
	Of   []string // columns of integers
}
