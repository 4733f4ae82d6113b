package network

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// The two ways in which a party is reached: over near deals alone, or over whatever can carry the amount.
const (
	byNear = iota
	byAny
	ways
)

// place is a party that was reached from one end of the circle, by one or both ways.
type place struct {
	party uint32
	depth [ways]uint8 // steps; 0 where it was not reached in this way
	from  [ways]int16 // place before it; -1 for the end itself
	edge  [ways]uint32
	gap   [ways]int64 // the widest on the way
}

const (
	placesMax = CircleEdgesMax + 1
	slots     = 2048 // of the table that finds a place by its party: a power of two
)

// side is what was reached from one end, each party once.
type side struct {
	places []place
	table  [slots]int16 // place + 1
}

// Walk is the room for the search for circles, to be used again and again by one goroutine.
type Walk struct {
	goods, money side // forward from the buyer, backward from the seller
}

func (s *side) begin(end uint32) {
	if s.places == nil {
		s.places = make([]place, 0, placesMax)
	}
	clear(s.table[:])
	s.places = append(s.places[:0], place{party: end, from: [ways]int16{-1, -1}})
	s.table[hash(end)] = 1
}

func hash(party uint32) uint32 { return party * 2_654_435_769 >> 21 } // multiplicative, by the golden ratio (Knuth)

// find gives the place of a party; -1 for none, and then the slot where it goes.
func (s *side) find(party uint32) (int, uint32) {
	slot := hash(party)
	for s.table[slot] != 0 {
		if at := int(s.table[slot]) - 1; s.places[at].party == party {
			return at, slot
		}
		slot = (slot + 1) % slots
	}
	return -1, slot
}

// reach notes that a party was reached over an edge from a place, if that is shorter or nearer than before.
func (s *side) reach(party uint32, from int, edge uint32, way int, gap int64) {
	before := &s.places[from]
	depth := uint8(1)
	if from > 0 {
		if before.depth[way] == 0 {
			return
		}
		depth += before.depth[way]
		gap = max(gap, before.gap[way])
	}
	at, slot := s.find(party)
	if at < 0 {
		at = len(s.places)
		s.places = append(s.places, place{party: party})
		s.table[slot] = int16(at + 1)
	}
	p := &s.places[at]
	if at == 0 || p.depth[way] != 0 && (p.depth[way] < depth || p.depth[way] == depth && p.gap[way] <= gap) {
		return
	}
	p.depth[way], p.from[way], p.edge[way], p.gap[way] = depth, int16(from), edge, gap
}

// expand visits at most so many edges of the party at a place, the one dealt on last first: those that go out, or those that come in.
func (v *View) expand(s *side, at int, outward bool, other uint32, most uint32, work *Work) {
	number := v.nodes[s.places[at].party].in
	if outward {
		number = v.nodes[s.places[at].party].out
	}
	from := v.from()
	for visited := uint32(0); number != 0; visited++ {
		e := v.edge(number)
		if e.arrived < from {
			return
		}
		if visited == most || work.Visited == work.Most {
			work.Cut = true
			return
		}
		work.Visited++
		next, following := e.seller, e.inNext
		if outward {
			next, following = e.buyer, e.outNext
		}
		if next != other { // what leads straight back is a swap, or the use itself
			if c := v.carried(e); c.latest >= 0 {
				if v.near(&c) {
					s.reach(next, at, number, byNear, c.gap)
				}
				if gap, carries := v.carries(&c); carries {
					s.reach(next, at, number, byAny, gap)
				}
			}
		}
		number = following
	}
}

func (v *View) near(c *carried) bool { return c.gap <= int64(v.Bounds.NearShare) }

// carries tells whether an edge can carry the amount on, and how far what it carries is from it: its nearest deal, or all of them.
func (v *View) carries(c *carried) (int64, bool) {
	if v.near(c) {
		return c.gap, true
	}
	return v.gap(c.sum), c.sum >= money.Share(v.Amount.Minor, v.Bounds.FloorShare)
}

// Circle looks for the way by which the goods of a sale come back to the seller: two steps forward from the buyer, two backward from the
// seller, and where the two meet.
func (v *View) Circle(w *Walk, seller, buyer id.Party) Circle {
	found := Circle{Work: Work{Most: CircleEdgesMax}}
	from, to := v.number(seller), v.number(buyer)
	if from == 0 || to == 0 || from == to || v.Amount.Minor <= 0 {
		return found
	}
	w.goods.begin(to)
	w.money.begin(from)
	if v.expand(&w.goods, 0, true, from, CircleFirstMax, &found.Work); len(w.goods.places) == 1 {
		return found
	}
	if v.expand(&w.money, 0, false, to, CircleFirstMax, &found.Work); len(w.money.places) == 1 {
		return found
	}
	best := w.meet()
	if best.way != byNear || best.hops == 0 {
		whole := found.Work.Most
		found.Work.Most -= (whole - found.Work.Visited) / 2
		v.second(&w.goods, true, from, &found.Work)
		found.Work.Most = whole
		v.second(&w.money, false, to, &found.Work)
		best = w.meet()
	}
	if best.hops != 0 {
		v.tell(&found, w, best)
	}
	return found
}

// second goes one step further from each party that was reached by the first.
func (v *View) second(s *side, outward bool, other uint32, work *Work) {
	for at, firsts := 1, len(s.places); at < firsts; at++ {
		v.expand(s, at, outward, other, CirclePartyMax, work)
	}
}

// meeting is where the two sides meet: the places of one party.
type meeting struct {
	goods, money int
	way          int
	hops         uint8 // 0 for none
	gap          int64
}

func (w *Walk) meet() meeting {
	best := meeting{way: ways}
	for at := 1; at < len(w.goods.places); at++ {
		p := &w.goods.places[at]
		other, _ := w.money.find(p.party)
		if other < 1 {
			continue
		}
		q := &w.money.places[other]
		for way := range ways {
			if p.depth[way] == 0 || q.depth[way] == 0 {
				continue
			}
			m := meeting{goods: at, money: other, way: way, hops: p.depth[way] + q.depth[way] + 1, gap: max(p.gap[way], q.gap[way])}
			if m.better(&best) {
				best = m
			}
		}
	}
	return best
}

func (m *meeting) better(than *meeting) bool {
	if m.way != than.way {
		return m.way < than.way
	}
	if m.hops != than.hops {
		return m.hops < than.hops
	}
	return m.gap < than.gap
}

// tell writes down the edges of a circle.
func (v *View) tell(found *Circle, w *Walk, m meeting) {
	found.Hops, found.Near, found.Gap = m.hops, m.way == byNear, m.gap
	at := int(w.goods.places[m.goods].depth[m.way])
	for i := m.goods; i > 0; i = int(w.goods.places[i].from[m.way]) {
		at--
		found.Deals[at] = v.evidence(w.goods.places[i].edge[m.way], m.way)
	}
	at = int(w.goods.places[m.goods].depth[m.way])
	for i := m.money; i > 0; i = int(w.money.places[i].from[m.way]) {
		found.Deals[at] = v.evidence(w.money.places[i].edge[m.way], m.way)
		at++
	}
}

// evidence is the deal of an edge that is near, or else its latest one with all that the edge carries.
func (v *View) evidence(number uint32, way int) Deal {
	e := v.edge(number)
	c := v.carried(e)
	if way == byNear || v.near(&c) {
		return v.deal(e, c.nearest)
	}
	d := v.deal(e, c.latest)
	d.Amount = c.sum
	return d
}
