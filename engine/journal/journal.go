package journal

import (
	"context"
	"errors"
	"fmt"
	"math"
)

var (
	// ErrConflict is returned by Append for a batch that does not follow the head:
	// somebody else wrote, or believes that he leads.
	ErrConflict = errors.New("journal: batch does not follow the head")
	// ErrNotFound is returned for a sequence that the journal does not hold.
	ErrNotFound = errors.New("journal: no such entry")
	// ErrClosed is returned by every call after Close.
	ErrClosed = errors.New("journal: closed")
	// ErrStop, returned by a yield function, ends Read without an error.
	ErrStop = errors.New("journal: stop reading")
)

// Head is the end of a journal: the last sequence and the hash of the last
// batch. The zero Head is that of an empty journal.
type Head struct {
	Sequence uint64
	Hash     [32]byte
}

// Journal holds the batches of one shard. Append is for one goroutine at a time;
// the other calls may come from any, and run beside it.
type Journal interface {
	// Append makes the batch durable before it returns nil. It fails with
	// ErrConflict when the batch is not of this shard or does not follow the head
	// by sequence and hash; this is the fence between two writers. After any other
	// error the batch may be stored or not: the only safe state is the one read
	// back from a journal opened anew. The journal keeps no reference to s.Bytes.
	Append(s Sealed) error

	// Head returns the end of the journal as stored.
	Head() (Head, error)

	// Read yields, in order, the batches that hold an entry of sequence from or
	// later, each verified and following the one before. An error of yield ends the
	// reading and is returned, but for ErrStop. A batch stays valid after yield.
	Read(from uint64, yield func(Batch) error) error

	// Entry returns one entry and its leaf, or ErrNotFound.
	Entry(sequence uint64) (Entry, [32]byte, error)

	// Close releases the journal; a second call does nothing.
	Close() error
}

// CheckAppend returns nil when the batch may follow the head in the journal of
// that shard, ErrConflict when it may not, and ErrMalformed when its bytes do
// not belong to its fields. Every Journal asks it before it writes.
func CheckAppend(shard uint32, head Head, s Sealed) error {
	if s.Count < 1 || len(s.Bytes) < headerBytes+storedBytes+hashBytes || len(s.Bytes) > BatchBytesMax ||
		[32]byte(s.Bytes[len(s.Bytes)-hashBytes:]) != s.Hash {
		return malformed("it was not sealed")
	}
	if s.Shard != shard {
		return fmt.Errorf("%w: batch of shard %d in the journal of shard %d", ErrConflict, s.Shard, shard)
	}
	if s.First != head.Sequence+1 || s.Previous != head.Hash {
		return fmt.Errorf("%w: batch of shard %d starts at %d after %x, the journal ends at %d with %x",
			ErrConflict, shard, s.First, s.Previous[:4], head.Sequence, head.Hash[:4])
	}
	return nil
}

// Verify reads the whole journal: hashes, leaves, chain, order, stamps, and the
// inside of every entry. After each batch it calls progress, unless that is nil,
// with the head so far. It returns the head that it confirmed; an error names
// what is wrong there.
func Verify(ctx context.Context, j Journal, progress func(Head)) (Head, error) {
	var head Head
	stamp := int64(math.MinInt64)
	err := j.Read(1, func(b Batch) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !b.Follows(head) {
			return fmt.Errorf("%w batch: %d does not follow %d", ErrMalformed, b.First, head.Sequence)
		}
		for stored := range b.Entries() {
			entry, err := DecodeEntry(stored.Bytes)
			if err != nil {
				return fmt.Errorf("entry %d: %w", stored.Sequence, err)
			}
			if entry.At < stamp {
				return fmt.Errorf("%w: entry %d is stamped %d, the one before %d", ErrOutOfOrder, stored.Sequence, entry.At, stamp)
			}
			stamp = entry.At
		}
		head = b.Head()
		if progress != nil {
			progress(head)
		}
		return nil
	})
	if err != nil {
		return head, err
	}
	end, err := j.Head()
	if err == nil && end.Sequence < head.Sequence {
		err = fmt.Errorf("%w: the journal's head is %d, its batches reach %d", ErrMalformed, end.Sequence, head.Sequence)
	}
	return head, err
}
