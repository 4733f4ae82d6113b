// Package journaltest has what tests of journals and of their users need: one
// conformance suite for every journal.Journal, batches to append, and doubles
// that fail.
package journaltest

import (
	"crypto/sha256"
	"encoding/binary"

	"millrace/engine/journal"
)

// Batch builds a batch of count entries that follows head. An entry's command
// has commandBytes bytes; each has two events. The same arguments give the same
// bytes, and no two sequences the same entry.
func Batch(shard uint32, head journal.Head, count, commandBytes int) journal.Sealed {
	var w journal.BatchWriter
	w.Reset(shard, head.Sequence+1, head.Hash)
	for range count {
		entry := Entry(w.Next(), commandBytes)
		if _, err := w.Add(salt(entry.Sequence), entry.AppendTo(nil)); err != nil {
			panic(err)
		}
	}
	return w.Seal()
}

// Entry is the entry that Batch has at a sequence.
func Entry(sequence uint64, commandBytes int) journal.Entry {
	command := make([]byte, commandBytes)
	for i := range command {
		command[i] = byte(uint64(i)*7 + sequence)
	}
	return journal.Entry{
		Sequence: sequence,
		At:       1_700_000_000_000_000 + int64(sequence),
		Actor:    sequence % 5,
		Key:      string(binary.AppendUvarint([]byte("key-"), sequence)),
		BodyHash: sha256.Sum256(command),
		Command:  journal.Body{Kind: uint16(sequence), Bytes: command},
		Events: []journal.Body{
			{Kind: 1, Bytes: binary.LittleEndian.AppendUint64(nil, sequence)},
			{Kind: 300, Bytes: command[:min(len(command), 200)]},
		},
	}
}

func salt(sequence uint64) (salt [16]byte) {
	binary.LittleEndian.PutUint64(salt[:], sequence)
	return salt
}

// InNewerFormat returns the batch as a later release might have written it.
func InNewerFormat(s journal.Sealed) journal.Sealed {
	b := append([]byte(nil), s.Bytes...)
	binary.LittleEndian.PutUint32(b[len("MRBATCH\n"):], journal.FormatVersion+1)
	s.Hash = sha256.Sum256(b[:len(b)-32])
	copy(b[len(b)-32:], s.Hash[:])
	s.Bytes = b
	return s
}
