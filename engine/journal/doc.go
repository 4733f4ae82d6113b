// Package journal is the truth of a node: an append-only chain of batches of
// entries, and the contract that every store of it keeps.
//
// An entry is one accepted command with its header and the events that came of
// it. A batch is transport only: some entries in a row, the hash of the batch
// before and, at its end, its own hash. Each entry is stored with a salt and a
// leaf, SHA-256(0x00 || salt || entry bytes), so that it can be proved later
// without showing its neighbours.
//
// # Bytes, format 1
//
// Integers of fixed width are little endian. A uvarint or varint is that of
// encoding/binary, in its shortest form only.
//
//	batch  = "MRBATCH\n", version uint32, shard uint32, first uint64,
//	         count uint32, previous [32]byte, count × stored, hash [32]byte
//	stored = salt [16]byte, leaf [32]byte, length uint32, entry
//	entry  = sequence uvarint, at varint, actor uvarint, key, body hash [32]byte,
//	         command body, number of events uvarint, event bodies
//	key    = length uvarint, bytes
//	body   = kind uvarint, length uvarint, bytes
//
// The hash of a batch is SHA-256 over every byte before it. Sequences start at 1
// and have no gap within a shard; the first batch names the zero hash.
package journal
