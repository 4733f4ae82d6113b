package engine

import (
	"errors"
	"fmt"
	"time"

	"millrace/book"
	"millrace/engine/journal"
)

var (
	// ErrBusy is matched by the error of a command that found the queue full; see BusyError.
	ErrBusy = errors.New("engine: the queue is full")
	// ErrReadOnly is returned for every command of a node that was opened to be read only.
	ErrReadOnly = errors.New("engine: this node is read-only")
	// ErrDiskFull is returned for every command while less than 2 % of the disk is free. Reads go on.
	ErrDiskFull = errors.New("engine: the disk is nearly full; commands are refused until there is space")
	// ErrStopped is returned when the engine is closed, or stopped because it could not go on. Then it wraps the cause,
	// and nobody knows whether the command was stored: ask again, with the same key, after a restart.
	ErrStopped = errors.New("engine: stopped")
	// ErrNoTables is returned by reads of a node that was opened without tables.
	ErrNoTables = errors.New("engine: opened without tables")
	// ErrLocked is wrapped when another process holds the data directory.
	ErrLocked = errors.New("engine: the data directory is in use")
)

// BusyError says when to come back. It matches ErrBusy.
type BusyError struct{ RetryAfter time.Duration }

// Error implements error.
func (e *BusyError) Error() string {
	return fmt.Sprintf("%v; come back in %v", ErrBusy, e.RetryAfter)
}

// Is makes the error match ErrBusy.
func (e *BusyError) Is(target error) bool { return target == ErrBusy }

// Codes of the rejections that the engine itself makes.
const (
	CodeKeyReused     = "key_reused"
	CodeKeyTooLong    = "key_too_long"
	CodeClockAhead    = "clock_ahead"
	CodeEntryTooLarge = "entry_too_large"
)

var (
	keyReused = &book.Rejection{
		Code: CodeKeyReused, Field: "key",
		Sentence: "The idempotency key was used before, with another command; take a new key.",
	}
	keyTooLong = &book.Rejection{
		Code: CodeKeyTooLong, Field: "key",
		Sentence: fmt.Sprintf("The idempotency key is longer than %d bytes.", journal.KeyBytesMax),
	}
	clockAhead = &book.Rejection{
		Code:     CodeClockAhead,
		Sentence: "The node's clock is far ahead of the last entry; a person has to confirm that it is right.",
	}
	entryTooLarge = &book.Rejection{
		Code:     CodeEntryTooLarge,
		Sentence: "The command and what it would do are larger than 1 MiB; divide it.",
	}
)
