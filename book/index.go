package book

import "encoding/binary"

// index finds a number by a token of 16 bytes, for millions of tokens, in 23 bytes an entry and a little room. It is cut
// in 256 parts by the token's last byte, each an open-addressing table that grows by an eighth: growth is in small steps
// and the room stays small. There is no removal. Tokens are keyed hashes, so their first bytes serve as the hash.
type index struct {
	parts [256]indexPart
	count int
}

type indexPart struct {
	slots []indexSlot
	used  int
}

// indexSlot holds no word, so that it needs no padding.
type indexSlot struct {
	token [16]byte
	bytes [7]byte // big-endian; 0: the slot is free
}

// indexValueMax is the greatest value that an index can hold.
const indexValueMax = 1<<56 - 1

func (s *indexSlot) value() uint64 {
	b := &s.bytes
	return uint64(b[0])<<48 | uint64(b[1])<<40 | uint64(b[2])<<32 | uint64(b[3])<<24 | uint64(b[4])<<16 | uint64(b[5])<<8 | uint64(b[6])
}

func (s *indexSlot) free() bool { return s.bytes == [7]byte{} }

func (s *indexSlot) set(value uint64) {
	var word [8]byte
	binary.BigEndian.PutUint64(word[:], value)
	s.bytes = [7]byte(word[1:])
}

func (x *index) get(token [16]byte) (uint64, bool) {
	slot := x.parts[token[15]].find(token)
	if slot == nil || slot.free() {
		return 0, false
	}
	return slot.value(), true
}

// put sets the value of a token: 1 to indexValueMax.
func (x *index) put(token [16]byte, value uint64) {
	if value == 0 || value > indexValueMax {
		panic("book: a value that an index can't hold")
	}
	part := &x.parts[token[15]]
	slot := part.find(token)
	if slot != nil && !slot.free() {
		slot.set(value)
		return
	}
	if part.used+1 > len(part.slots)*7/8 {
		part.grow()
		slot = part.find(token)
	}
	slot.token = token
	slot.set(value)
	part.used++
	x.count++
}

// sum adds up a mix of all entries: the same for the same entries, in whatever order they came.
func (x *index) sum() uint64 {
	var sum uint64
	for p := range x.parts {
		for i := range x.parts[p].slots {
			if slot := &x.parts[p].slots[i]; !slot.free() {
				first, second := binary.BigEndian.Uint64(slot.token[:]), binary.BigEndian.Uint64(slot.token[8:])
				sum += mix(first ^ mix(second^mix(slot.value())))
			}
		}
	}
	return sum
}

// find gives the token's slot, or the free one where it would go; nil in an empty part.
func (p *indexPart) find(token [16]byte) *indexSlot {
	n := uint64(len(p.slots))
	if n == 0 {
		return nil
	}
	at := mix(binary.BigEndian.Uint64(token[:])) % n
	for {
		slot := &p.slots[at]
		if slot.free() || slot.token == token {
			return slot
		}
		if at++; at == n {
			at = 0
		}
	}
}

func (p *indexPart) grow() {
	old := p.slots
	p.slots = make([]indexSlot, max(8, len(old)+len(old)/8))
	for i := range old {
		if !old[i].free() {
			*p.find(old[i].token) = old[i]
		}
	}
}

// mix spreads the bits of a number (the finaliser of SplitMix64, Steele, Lea and Flood 2014).
func mix(v uint64) uint64 {
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}
