package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"iter"
	"math"
)

const (
	// FormatVersion is the format that this package writes, and the newest it reads.
	FormatVersion = 1
	// BatchBytesMax is the most that one batch may hold.
	BatchBytesMax = 64 << 20

	magic       = "MRBATCH\n"
	headerBytes = len(magic) + 4 + 4 + 8 + 4 + 32
	countAt     = len(magic) + 4 + 4 + 8
	storedBytes = 16 + 32 + 4
	hashBytes   = 32
)

var (
	// ErrNewerFormat is returned for bytes that a later release wrote.
	ErrNewerFormat = errors.New("journal: written in a newer format than this program reads; use the release that wrote it, or a later one")
	// ErrOutOfOrder is returned for an entry that does not follow the one before it
	// by sequence, or that is stamped earlier.
	ErrOutOfOrder = errors.New("journal: entry out of order")
	// ErrBatchFull is returned for an entry that would take a batch past BatchBytesMax.
	ErrBatchFull = errors.New("journal: batch is full")
)

// Sealed is a finished batch: its bytes, and what its header and end say.
type Sealed struct {
	Shard    uint32
	First    uint64 // sequence of its first entry
	Count    int    // number of entries, at least 1
	Previous [32]byte
	Hash     [32]byte
	Bytes    []byte // owned by the BatchWriter until the next Reset
}

// Last returns the sequence of the batch's last entry.
func (s Sealed) Last() uint64 { return s.First + uint64(s.Count) - 1 }

// Head returns the journal's head once the batch is appended.
func (s Sealed) Head() Head { return Head{Sequence: s.Last(), Hash: s.Hash} }

// BatchWriter builds one batch after another in a buffer that it keeps. Two of
// them in turn let the next batch grow while the one before is on its way to
// the disk. The zero value needs a Reset.
type BatchWriter struct {
	buffer   []byte
	entry    EntryWriter
	digest   hash.Hash
	sum      [32]byte // kept here so that no digest escapes to the heap
	shard    uint32
	first    uint64
	previous [32]byte
	count    int
	stamp    int64 // of the last entry
	startAt  int   // where the open entry's salt stands
	lastAt   int   // where the last entry's salt stands
	opened   Header
}

var leafPrefix = []byte{0}

// Reset starts a batch whose first entry has the sequence first and which
// follows the batch with the hash previous. It takes over the bytes of the last
// Sealed.
func (w *BatchWriter) Reset(shard uint32, first uint64, previous [32]byte) {
	if w.digest == nil {
		w.digest = sha256.New()
	}
	w.shard, w.first, w.previous = shard, first, previous
	w.count, w.stamp = 0, math.MinInt64
	b := append(w.buffer[:0], magic...)
	b = binary.LittleEndian.AppendUint32(b, FormatVersion)
	b = binary.LittleEndian.AppendUint32(b, shard)
	b = binary.LittleEndian.AppendUint64(b, first)
	b = binary.LittleEndian.AppendUint32(b, 0)
	w.buffer = append(b, previous[:]...)
}

// Count returns the number of entries in the batch.
func (w *BatchWriter) Count() int { return w.count }

// Size returns the bytes of the batch as it would be sealed now.
func (w *BatchWriter) Size() int { return len(w.buffer) + hashBytes }

// Next returns the sequence that the next entry must have.
func (w *BatchWriter) Next() uint64 { return w.first + uint64(w.count) }

// Add appends an entry that is encoded already and returns its leaf. The errors
// are ErrEntryTooLarge, ErrOutOfOrder, ErrBatchFull and ErrMalformed; they leave
// the batch as it was. Only the start of the entry is looked at.
func (w *BatchWriter) Add(salt [16]byte, entry []byte) (leaf [32]byte, err error) {
	sequence, at, err := decodeStart(entry)
	if err != nil {
		return leaf, err
	}
	w.startAt = w.reserve(salt)
	w.buffer = append(w.buffer, entry...)
	return w.close(sequence, at)
}

// Begin starts an entry in place and returns the writer for its events; End
// finishes it, Abandon drops it.
func (w *BatchWriter) Begin(salt [16]byte, header Header, command Body) *EntryWriter {
	w.startAt = w.reserve(salt)
	w.opened = header
	w.entry.Begin(w.buffer, header, command)
	return &w.entry
}

// End finishes the entry that Begin started and returns its leaf; the errors
// are those of Add.
func (w *BatchWriter) End() (leaf [32]byte, err error) {
	w.buffer = w.entry.End()
	return w.close(w.opened.Sequence, w.opened.At)
}

// Abandon drops the entry that Begin started.
func (w *BatchWriter) Abandon() {
	w.buffer = w.entry.End()[:w.startAt]
}

// LastEntry returns the bytes of the entry added last; nil when there is none.
// They are valid until the next call.
func (w *BatchWriter) LastEntry() []byte {
	if w.count == 0 {
		return nil
	}
	return w.buffer[w.lastAt+storedBytes:]
}

func (w *BatchWriter) reserve(salt [16]byte) (at int) {
	at = len(w.buffer)
	var blank [32 + 4]byte
	w.buffer = append(w.buffer, salt[:]...)
	w.buffer = append(w.buffer, blank[:]...)
	return at
}

func (w *BatchWriter) close(sequence uint64, at int64) (leaf [32]byte, err error) {
	stored := w.buffer[w.startAt:]
	entry := stored[storedBytes:]
	switch {
	case len(entry) > EntryBytesMax:
		err = ErrEntryTooLarge
	case sequence != w.Next() || at < w.stamp:
		err = fmt.Errorf("%w: sequence %d stamped %d, expected %d not before %d", ErrOutOfOrder, sequence, at, w.Next(), w.stamp)
	case len(w.buffer)+hashBytes > BatchBytesMax:
		err = ErrBatchFull
	}
	if err != nil {
		w.buffer = w.buffer[:w.startAt]
		return leaf, err
	}
	w.digest.Reset()
	w.digest.Write(leafPrefix)
	w.digest.Write(stored[:16])
	w.digest.Write(entry)
	w.digest.Sum(w.sum[:0])
	copy(stored[16:48], w.sum[:])
	binary.LittleEndian.PutUint32(stored[48:52], uint32(len(entry)))
	w.count++
	w.stamp, w.lastAt = at, w.startAt
	return w.sum, nil
}

// Seal finishes the batch. It panics when the batch is empty: an empty batch
// says nothing and would make two batches share a first sequence.
func (w *BatchWriter) Seal() Sealed {
	if w.count == 0 {
		panic("journal: seal of an empty batch")
	}
	binary.LittleEndian.PutUint32(w.buffer[countAt:], uint32(w.count))
	sum := sha256.Sum256(w.buffer)
	w.buffer = append(w.buffer, sum[:]...)
	return Sealed{Shard: w.shard, First: w.first, Count: w.count, Previous: w.previous, Hash: sum, Bytes: w.buffer}
}

// Leaf computes the leaf of an entry: SHA-256(0x00 || salt || entry), the leaf
// hash of RFC 6962 over the salted entry.
func Leaf(salt [16]byte, entry []byte) (leaf [32]byte) {
	digest := sha256.New()
	digest.Write(leafPrefix)
	digest.Write(salt[:])
	digest.Write(entry)
	digest.Sum(leaf[:0])
	return leaf
}

// Stored is one entry as a batch holds it.
type Stored struct {
	Sequence uint64
	Salt     [16]byte
	Leaf     [32]byte
	Bytes    []byte // the exact bytes of the entry; they alias the batch
}

// FindEntry takes one entry out of the bytes of a batch and verifies its leaf,
// but not the hash of the whole batch: that is for DecodeBatch. It returns
// ErrNotFound when the batch does not hold the sequence.
func FindEntry(batch []byte, sequence uint64) (Entry, [32]byte, error) {
	x, err := Index(batch)
	if err != nil {
		return Entry{}, [32]byte{}, err
	}
	return x.Entry(sequence)
}

// Batch is a batch that was read and verified: its hash, its leaves, and the
// order of its entries. Whether it follows another is for Follows.
type Batch struct {
	Shard    uint32
	First    uint64
	Count    int
	Previous [32]byte
	Hash     [32]byte
	bytes    []byte
}

// DecodeBatch reads exactly one batch and verifies all of it but the inside of
// its entries. The batch aliases b. Errors wrap ErrMalformed, ErrNewerFormat,
// ErrEntryTooLarge or ErrOutOfOrder.
func DecodeBatch(b []byte) (Batch, error) {
	batch, err := decodeHeader(b)
	if err != nil {
		return Batch{}, err
	}
	if sha256.Sum256(b[:len(b)-hashBytes]) != batch.Hash {
		return Batch{}, malformed("its hash does not match its bytes")
	}
	digest := sha256.New()
	var sum [32]byte
	at, stamp := headerBytes, int64(math.MinInt64)
	for i := range batch.Count {
		stored, next, err := batch.stored(i, at)
		if err != nil {
			return Batch{}, err
		}
		sequence, entryStamp, err := decodeStart(stored.Bytes)
		if err != nil {
			return Batch{}, err
		}
		if sequence != stored.Sequence || entryStamp < stamp {
			return Batch{}, fmt.Errorf("%w: batch of %d, entry %d", ErrOutOfOrder, batch.First, i)
		}
		digest.Reset()
		digest.Write(leafPrefix)
		digest.Write(stored.Salt[:])
		digest.Write(stored.Bytes)
		if [32]byte(digest.Sum(sum[:0])) != stored.Leaf {
			return Batch{}, malformed(fmt.Sprintf("leaf of entry %d does not match its bytes", sequence))
		}
		at, stamp = next, entryStamp
	}
	if at != len(b)-hashBytes {
		return Batch{}, malformed("bytes after its last entry")
	}
	return batch, nil
}

func decodeHeader(b []byte) (Batch, error) {
	if len(b) < len(magic)+4 || string(b[:len(magic)]) != magic {
		return Batch{}, malformed("it does not start as one")
	}
	if version := binary.LittleEndian.Uint32(b[len(magic):]); version > FormatVersion {
		return Batch{}, fmt.Errorf("%w (found format %d, newest known %d)", ErrNewerFormat, version, FormatVersion)
	} else if version == 0 {
		return Batch{}, malformed("format 0")
	}
	if len(b) < headerBytes+hashBytes {
		return Batch{}, malformed("it is cut short")
	}
	if len(b) > BatchBytesMax {
		return Batch{}, malformed("it is too large")
	}
	r := b[len(magic)+4:]
	batch := Batch{
		Shard:    binary.LittleEndian.Uint32(r),
		First:    binary.LittleEndian.Uint64(r[4:]),
		Previous: [32]byte(r[16:48]),
		Hash:     [32]byte(b[len(b)-hashBytes:]),
		bytes:    b,
	}
	count := binary.LittleEndian.Uint32(r[12:])
	// Compared with what fits, so that a lying count costs nothing.
	if count == 0 || int64(count) > int64(len(b)-headerBytes-hashBytes)/int64(storedBytes) {
		return Batch{}, malformed(fmt.Sprintf("it can't hold %d entries", count))
	}
	if batch.First == 0 || batch.First > math.MaxUint64-uint64(count) {
		return Batch{}, malformed(fmt.Sprintf("first sequence %d", batch.First))
	}
	batch.Count = int(count)
	return batch, nil
}

// stored takes the i-th entry at position at, and returns where the next begins.
func (b Batch) stored(i, at int) (stored Stored, next int, err error) {
	end := len(b.bytes) - hashBytes
	if end-at < storedBytes {
		return stored, 0, malformed("it is cut short")
	}
	r := b.bytes[at:end]
	length := binary.LittleEndian.Uint32(r[48:])
	if length > EntryBytesMax {
		return stored, 0, ErrEntryTooLarge
	}
	if int(length) > len(r)-storedBytes {
		return stored, 0, malformed("an entry reaches past its end")
	}
	stop := storedBytes + int(length)
	return Stored{
		Sequence: b.First + uint64(i),
		Salt:     [16]byte(r[:16]),
		Leaf:     [32]byte(r[16:48]),
		Bytes:    r[storedBytes:stop:stop],
	}, at + stop, nil
}

func malformed(why string) error {
	return fmt.Errorf("%w batch: %s", ErrMalformed, why)
}

// Last returns the sequence of the batch's last entry.
func (b Batch) Last() uint64 { return b.First + uint64(b.Count) - 1 }

// Head returns what the journal's head was when this batch was its last.
func (b Batch) Head() Head { return Head{Sequence: b.Last(), Hash: b.Hash} }

// Follows tells whether the batch continues a journal of that head.
func (b Batch) Follows(head Head) bool {
	return b.First == head.Sequence+1 && b.Previous == head.Hash
}

// Sealed returns the batch as it was written, for a copy into another journal.
func (b Batch) Sealed() Sealed {
	return Sealed{Shard: b.Shard, First: b.First, Count: b.Count, Previous: b.Previous, Hash: b.Hash, Bytes: b.bytes}
}

// Entries yields the entries in order.
func (b Batch) Entries() iter.Seq[Stored] {
	return func(yield func(Stored) bool) {
		at := headerBytes
		for i := range b.Count {
			stored, next, err := b.stored(i, at)
			if err != nil {
				panic(err) // DecodeBatch went this way before
			}
			if !yield(stored) {
				return
			}
			at = next
		}
	}
}

// Entry returns the entry of that sequence; false when the batch does not hold it.
func (b Batch) Entry(sequence uint64) (Stored, bool) {
	if sequence < b.First || sequence > b.Last() {
		return Stored{}, false
	}
	for stored := range b.Entries() {
		if stored.Sequence == sequence {
			return stored, true
		}
	}
	return Stored{}, false
}

// Chain decodes batches that must follow one another. The first it is given may
// stand anywhere.
type Chain struct {
	shard uint32
	head  Head
	begun bool
}

// NewChain returns a chain over the batches of one shard.
func NewChain(shard uint32) *Chain { return &Chain{shard: shard} }

// Next decodes and verifies a batch, and that it follows the one before.
func (c *Chain) Next(b []byte) (Batch, error) {
	batch, err := DecodeBatch(b)
	if err != nil {
		return Batch{}, err
	}
	if batch.Shard != c.shard {
		return Batch{}, malformed(fmt.Sprintf("shard %d in the journal of shard %d", batch.Shard, c.shard))
	}
	if c.begun && !batch.Follows(c.head) || batch.First == 1 && !batch.Follows(Head{}) {
		return Batch{}, malformed(fmt.Sprintf("%d does not follow %d", batch.First, c.head.Sequence))
	}
	c.head, c.begun = batch.Head(), true
	return batch, nil
}

// PeekBatch reads what the header of a batch says and verifies nothing else.
func PeekBatch(b []byte) (Sealed, error) {
	batch, err := decodeHeader(b)
	return batch.Sealed(), err
}
