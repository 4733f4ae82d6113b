package score

import (
	"fmt"
	"sort"
)

// Scorer is a table made ready for use. It is read-only: many goroutines may use it at once.
type Scorer struct {
	table  Table
	cards  []card
	bounds []uint64 // of all characteristics, one after another
	units  []int64  // of all attributes likewise, the missing one of each first

	steps  []step
	leaves []int64 // by place of a step
	roots  []uint32
	depths []int32
	sets   []membership
}

type card struct {
	feature       uint32
	bound, bounds uint32
	unit          uint32
}

// step is a node, packed for walking without a branch. A fact f turns into the unsigned number of the same order, of which a
// missing one is 0; it goes right when that, less shift, is above limit. So with a shift of 1 a missing fact wraps around and goes
// right. A leaf leads to itself. Right is always left + 1.
type step struct {
	limit   uint64
	left    uint32
	feature uint16
	shift   uint8
	set     uint8 // 1: limit is a place in sets
}

type membership struct {
	bits        []uint64
	missingLeft bool
}

const flip = 1 << 63

// New makes a table ready; an error is its Fault.
func New(t Table) (*Scorer, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	s := &Scorer{table: t}
	for _, c := range t.Characteristics {
		s.cards = append(s.cards, card{feature: uint32(c.Feature), bound: uint32(len(s.bounds)), bounds: uint32(len(c.Upto)), unit: uint32(len(s.units))})
		for _, upto := range c.Upto {
			s.bounds = append(s.bounds, uint64(upto)^flip)
		}
		s.units = append(append(s.units, c.Missing), c.Units...)
	}
	for i := range t.Trees {
		s.pack(t.Trees[i].Nodes)
	}
	return s, nil
}

// Table is what the scorer was made of; it must not be changed.
func (s *Scorer) Table() *Table { return &s.table }

// pack lays a tree out so that siblings stand side by side.
func (s *Scorer) pack(nodes []Node) {
	root := uint32(len(s.steps))
	s.roots = append(s.roots, root)
	places := make([]uint32, len(nodes))
	depths := make([]int32, len(nodes))
	places[0] = root
	s.steps, s.leaves = append(s.steps, step{}), append(s.leaves, 0)
	deepest := int32(0)
	for i := range nodes {
		n, at := &nodes[i], places[i]
		if n.Leaf() {
			s.steps[at] = step{limit: ^uint64(0), left: at}
			s.leaves[at] = n.Units
			deepest = max(deepest, depths[i])
			continue
		}
		next := uint32(len(s.steps))
		s.steps, s.leaves = append(s.steps, step{}, step{}), append(s.leaves, 0, 0)
		places[n.Left], places[n.Right] = next, next+1
		depths[n.Left], depths[n.Right] = depths[i]+1, depths[i]+1
		packed := step{limit: uint64(n.Limit) ^ flip, left: next, feature: uint16(n.Feature)}
		switch {
		case n.Set > 0:
			packed.set, packed.limit = 1, uint64(len(s.sets))
			s.sets = append(s.sets, membership{s.table.Sets[n.Set-1], n.MissingLeft})
		case !n.MissingLeft:
			packed.shift, packed.limit = 1, packed.limit-1
		}
		s.steps[at] = packed
	}
	s.depths = append(s.depths, deepest)
}

// Score is the score of facts, one for each feature of the table in its order, in units. It panics on another number of facts:
// whoever prepares them holds them against the table. It allocates nothing.
func (s *Scorer) Score(facts []int64) int64 {
	if len(facts) != len(s.table.Features) {
		panic(fmt.Sprintf("score: %d facts for %d features", len(facts), len(s.table.Features)))
	}
	total := s.table.Base
	for i := range s.cards {
		total += s.units[s.attribute(&s.cards[i], facts)]
	}
	if len(s.sets) > 0 {
		for _, root := range s.roots {
			total += s.leaves[s.walk(root, facts)]
		}
		return total
	}
	return total + s.walkAll(facts)
}

// attribute is the place of the units of a characteristic's attribute.
func (s *Scorer) attribute(c *card, facts []int64) uint32 {
	fact := facts[c.feature]
	if fact == Missing {
		return c.unit
	}
	bounds, u := s.bounds[c.bound:c.bound+c.bounds], uint64(fact)^flip
	return c.unit + 1 + uint32(sort.Search(len(bounds), func(i int) bool { return u <= bounds[i] }))
}

// walkAll walks four trees at a time, so that the processor need not wait for one.
func (s *Scorer) walkAll(facts []int64) int64 {
	var total int64
	steps, i := s.steps, 0
	for ; i+4 <= len(s.roots); i += 4 {
		a, b, c, d := s.roots[i], s.roots[i+1], s.roots[i+2], s.roots[i+3]
		for range max(s.depths[i], s.depths[i+1], s.depths[i+2], s.depths[i+3]) {
			a, b, c, d = next(&steps[a], facts), next(&steps[b], facts), next(&steps[c], facts), next(&steps[d], facts)
		}
		total += s.leaves[a] + s.leaves[b] + s.leaves[c] + s.leaves[d]
	}
	for ; i < len(s.roots); i++ {
		a := s.roots[i]
		for range s.depths[i] {
			a = next(&steps[a], facts)
		}
		total += s.leaves[a]
	}
	return total
}

func next(n *step, facts []int64) uint32 {
	right := uint32(0)
	if uint64(facts[n.feature])^flip-uint64(n.shift) > n.limit {
		right = 1
	}
	return n.left + right
}

// walk also knows sets.
func (s *Scorer) walk(at uint32, facts []int64) uint32 {
	for {
		n := &s.steps[at]
		if n.left == at {
			return at
		}
		if n.set == 0 {
			at = next(n, facts)
			continue
		}
		at = n.left
		if !s.sets[n.limit].holds(facts[n.feature]) {
			at++
		}
	}
}

func (m *membership) holds(fact int64) bool {
	if fact == Missing {
		return m.missingLeft
	}
	return fact >= 0 && fact < int64(len(m.bits))*64 && m.bits[fact/64]>>(fact%64)&1 == 1
}

// Points is a score in whole points, rounded half away from zero.
func (s *Scorer) Points(units int64) int64 {
	per := s.table.Scale.UnitsPerPoint
	if units < 0 {
		return -((-units + per/2) / per)
	}
	return (units + per/2) / per
}
