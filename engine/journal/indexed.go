package journal

import "fmt"

// Indexed are the bytes of a batch with the places of its entries. It may be read from many goroutines.
type Indexed struct {
	batch Batch
	at    []uint32 // of each entry
}

// Index finds the entries of a batch. It keeps the bytes, and verifies none of them; errors wrap ErrMalformed or ErrNewerFormat.
func Index(bytes []byte) (*Indexed, error) {
	b, err := decodeHeader(bytes)
	if err != nil {
		return nil, err
	}
	x := &Indexed{batch: b, at: make([]uint32, b.Count)}
	at := headerBytes
	for i := range x.at {
		x.at[i] = uint32(at)
		if _, at, err = b.stored(i, at); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// Holds tells whether the entry of a sequence is in the batch.
func (x *Indexed) Holds(sequence uint64) bool {
	return sequence >= x.batch.First && sequence <= x.batch.Last()
}

// Size is how many bytes of memory it keeps.
func (x *Indexed) Size() int { return len(x.batch.bytes) + 4*len(x.at) }

// Entry takes one entry out and verifies its leaf, but not the hash of the whole batch: that is for DecodeBatch. It returns ErrNotFound
// when the batch does not hold the sequence. The entry aliases the batch and is not to be changed.
func (x *Indexed) Entry(sequence uint64) (Entry, [32]byte, error) {
	if !x.Holds(sequence) {
		return Entry{}, [32]byte{}, ErrNotFound
	}
	i := int(sequence - x.batch.First)
	found, _, err := x.batch.stored(i, int(x.at[i]))
	if err != nil {
		return Entry{}, [32]byte{}, err
	}
	if Leaf(found.Salt, found.Bytes) != found.Leaf {
		return Entry{}, [32]byte{}, malformed(fmt.Sprintf("leaf of entry %d does not match its bytes", sequence))
	}
	entry, err := DecodeEntry(found.Bytes)
	if err == nil && entry.Sequence != sequence {
		err = fmt.Errorf("%w: entry %d stands at %d", ErrOutOfOrder, entry.Sequence, sequence)
	}
	return entry, found.Leaf, err
}
