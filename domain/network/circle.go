package network

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// The two ways in which a party is reached: over near deals alone, or over whatever can carry the amount.
const (
	byNear = iota
	byAny
	manners
)

// place is a party that was reached from one end of the circle, by one or both ways.
type place struct {
	party uint32
	depth [manners]uint8 // steps; 0 where it was not reached in this way
	from  [manners]int16 // place before it; -1 for the end itself
	edge  [manners]uint32
	gap   [manners]int64 // the widest on the way
}

const (
	stepsMax  = (HopsMax - 1) / 2 // from each end
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
	read         [readAhead]edge
	within       [CircleFirstMax + 1]uint8 // edges in the window of each party that was reached by the first step
}

// readAhead is how many edges are fetched at a time: memory answers many questions at once as fast as one, so that a walk over edges that lie apart
// waits once for all of them.
const readAhead = 16

func (s *side) begin(end uint32) {
	if s.places == nil {
		s.places = make([]place, 0, placesMax)
	}
	clear(s.table[:])
	s.places = append(s.places[:0], place{party: end, from: [manners]int16{-1, -1}})
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
		if depth += before.depth[way]; depth > stepsMax {
			return
		}
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

// edges are those of the party at a place: the ones that go out, or the ones that come in.
func (v *View) edges(w *Walk, s *side, at int) ways {
	n := &v.nodes[s.places[at].party]
	if s == &w.goods {
		return n.out
	}
	return n.in
}

// expand visits at most so many edges of the party at a place, the one dealt on last first. within is how many of them were dealt on in the window,
// counted to one above most.
func (v *View) expand(w *Walk, s *side, at int, other uint32, within, most int, work *Work) {
	edges := v.edges(w, s, at)
	if within > most {
		within, work.Cut = most, true
	}
	visit := work.visit(within)
	for start := 0; start < visit; start += readAhead {
		read := w.read[:min(readAhead, visit-start)]
		for i := range read {
			read[i] = *v.edge(edges.latest(start + i).edge)
		}
		for i := range read {
			next := edges.latest(start + i)
			if next.party == other { // what leads straight back is a swap, or the use itself
				continue
			}
			c := v.carried(&read[i])
			if c.latest < 0 {
				continue
			}
			if v.near(&c) {
				s.reach(next.party, at, next.edge, byNear, c.gap)
			}
			if gap, carries := v.carries(&c); carries {
				s.reach(next.party, at, next.edge, byAny, gap)
			}
		}
	}
}

func (v *View) near(c *carried) bool { return c.gap <= int64(v.Bounds.NearShare) }

// carries tells whether an edge can carry the amount on, and how far what it carries is from it: its nearest deal, or all of them.
func (v *View) carries(c *carried) (int64, bool) {
	if v.near(c) {
		return c.gap, true
	}
	if c.sum < money.Share(v.Amount.Minor, v.Bounds.FloorShare) {
		return 0, false
	}
	return v.gap(c.sum), true
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
	if v.neighbours(w, &w.goods, from, &found.Work); len(w.goods.places) == 1 {
		return found
	}
	if v.neighbours(w, &w.money, to, &found.Work); len(w.money.places) == 1 {
		return found
	}
	best := w.meet()
	if best.way != byNear || best.hops == 0 {
		whole := found.Work.Most
		found.Work.Most -= (whole - found.Work.Visited) / 2
		v.second(w, &w.goods, from, &found.Work)
		found.Work.Most = whole
		v.second(w, &w.money, to, &found.Work)
		best = w.meet()
	}
	if best.hops != 0 {
		v.tell(&found, w, best)
	}
	return found
}

// neighbours goes one step from the end of a side.
func (v *View) neighbours(w *Walk, s *side, other uint32, work *Work) {
	v.expand(w, s, 0, other, v.edges(w, s, 0).since(v.from(), CircleFirstMax), CircleFirstMax, work)
}

// second goes one step further from each party that was reached by the first. How many edges each has is asked of all of them before the first walk:
// see readAhead.
func (v *View) second(w *Walk, s *side, other uint32, work *Work) {
	firsts, from := len(s.places), v.from()
	for at := 1; at < firsts; at++ {
		w.within[at] = uint8(v.edges(w, s, at).since(from, CirclePartyMax))
	}
	for at := 1; at < firsts; at++ {
		v.expand(w, s, at, other, int(w.within[at]), CirclePartyMax, work)
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
	best := meeting{way: manners}
	for at := 1; at < len(w.goods.places); at++ {
		p := &w.goods.places[at]
		other, _ := w.money.find(p.party)
		if other < 1 {
			continue
		}
		q := &w.money.places[other]
		for way := range manners {
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
