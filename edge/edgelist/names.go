package edgelist

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"math"
	"slices"
)

// texts holds many short texts one after the other.
type texts struct {
	bytes []byte
	ends  []uint32 // of each text
}

// full tells whether a text of so many bytes no longer fits.
func (t *texts) full(more int) bool { return uint64(len(t.bytes)+more) > math.MaxUint32 }

func (t *texts) add(text []byte) {
	t.bytes = append(t.bytes, text...)
	t.ends = append(t.ends, uint32(len(t.bytes)))
}

func (t *texts) at(i int) []byte {
	begin := uint32(0)
	if i > 0 {
		begin = t.ends[i-1]
	}
	return t.bytes[begin:t.ends[i]]
}

// names numbers texts in the order in which they are first seen: an open hash table whose slots hold 32 bits of the hash and the
// number plus one.
type names struct {
	texts
	slots []uint64
	seed  maphash.Seed
}

func newNames() *names { return &names{slots: make([]uint64, 1<<10), seed: maphash.MakeSeed()} }

// number gives the text's number, a new one if it was never seen.
func (n *names) number(text []byte) int32 {
	hash := maphash.Bytes(n.seed, text)
	mask := uint64(len(n.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		slot := n.slots[at]
		if slot == 0 {
			n.add(text)
			n.slots[at] = hash&^math.MaxUint32 | uint64(len(n.ends))
			if 2*len(n.ends) > len(n.slots) {
				n.grow()
			}
			return int32(len(n.ends) - 1)
		}
		if slot>>32 == hash>>32 && bytes.Equal(n.at(int(uint32(slot)-1)), text) {
			return int32(uint32(slot) - 1)
		}
	}
}

func (n *names) grow() {
	n.slots = make([]uint64, 2*len(n.slots))
	mask := uint64(len(n.slots) - 1)
	for i := range n.ends {
		hash := maphash.Bytes(n.seed, n.at(i))
		at := hash & mask
		for n.slots[at] != 0 {
			at = (at + 1) & mask
		}
		n.slots[at] = hash&^math.MaxUint32 | uint64(i+1)
	}
}

// sorted gives the texts in order, the shorter ones first, and for each old number the new one.
func (n *names) sorted() (texts, []int32) {
	type place struct {
		head   uint64 // the first eight bytes
		length uint32
		number int32
	}
	places := make([]place, len(n.ends))
	for i := range places {
		text := n.at(i)
		var head [8]byte
		copy(head[:], text)
		places[i] = place{head: binary.BigEndian.Uint64(head[:]), length: uint32(len(text)), number: int32(i)}
	}
	slices.SortFunc(places, func(a, b place) int {
		if c := cmp.Or(cmp.Compare(a.length, b.length), cmp.Compare(a.head, b.head)); c != 0 {
			return c
		}
		return bytes.Compare(n.at(int(a.number)), n.at(int(b.number)))
	})
	sorted := texts{bytes: make([]byte, 0, len(n.bytes)), ends: make([]uint32, 0, len(n.ends))}
	numbers := make([]int32, len(places))
	for i, p := range places {
		sorted.add(n.at(int(p.number)))
		numbers[p.number] = int32(i)
	}
	return sorted, numbers
}
