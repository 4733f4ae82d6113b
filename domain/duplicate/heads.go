package duplicate

// heads finds, for a hash of a key, the youngest entry with that hash: the head of a chain. It is cut in 256 parts, each
// an open-addressing table that grows by a sixteenth, so that growth comes in small steps and the room stays small. A slot
// keeps 32 bits of the hash and the entry's place. Whoever walks a chain compares the key itself.
type heads struct {
	parts [256]headPart
}

type headPart struct {
	slots []headSlot
	used  int
}

type headSlot struct{ tag, place uint32 } // place 0: free

func (h *heads) get(hash uint64) uint32 {
	part := &h.parts[hash>>56]
	if len(part.slots) == 0 {
		return 0
	}
	return part.slots[part.find(uint32(hash))].place
}

// put makes place the head and gives the one before; 0 for none.
func (h *heads) put(hash uint64, place uint32) uint32 {
	part := &h.parts[hash>>56]
	if len(part.slots) == 0 || part.used+1 > fullAt(len(part.slots)) {
		part.grow()
	}
	slot := &part.slots[part.find(uint32(hash))]
	before := slot.place
	if before == 0 {
		part.used++
	}
	*slot = headSlot{uint32(hash), place}
	return before
}

// fullAt is how many of so many slots are taken before a table grows: 17 of 20.
func fullAt(slots int) int { return slots * 17 / 20 }

func (p *headPart) find(tag uint32) int {
	n := len(p.slots)
	at := int(uint64(tag) * uint64(n) >> 32)
	for p.slots[at].place != 0 && p.slots[at].tag != tag {
		if at++; at == n {
			at = 0
		}
	}
	return at
}

func (p *headPart) grow() {
	old := p.slots
	// The whole of what the allocator gives for the size is used: for tables of its larger classes that is a tenth more.
	grown := append([]headSlot(nil), make([]headSlot, max(8, len(old)+len(old)/16+1))...)
	p.slots = grown[:cap(grown)]
	for _, slot := range old {
		if slot.place != 0 {
			p.slots[p.find(slot.tag)] = slot
		}
	}
}

func (h *heads) bytes() int {
	total := 0
	for i := range h.parts {
		total += cap(h.parts[i].slots) * 8
	}
	return total
}

// sum adds up a mix of all heads: the same for the same heads, in whatever order they came.
func (h *heads) sum() uint64 {
	sum := uint64(0)
	for i := range h.parts {
		for _, slot := range h.parts[i].slots {
			if slot.place != 0 {
				sum += mix(uint64(i)<<56 ^ uint64(slot.tag)<<24 ^ mix(uint64(slot.place)))
			}
		}
	}
	return sum
}

// mix spreads the bits of a number (the finaliser of SplitMix64, Steele, Lea and Flood 2014).
func mix(v uint64) uint64 {
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}
