package selection

import (
	"millrace/domain/money"
)

// StatesMax is the most states that a search looks at; the searches on two sides and for parts have smaller limits. With
// it, and not with a clock, the time is bounded, so that the same candidates give the same choice on every machine.
const StatesMax = 200_000

// state is a set of items: those before the break item, changed by the steps that end in last.
type state struct {
	over  int64 // net proceeds less the need; negative: not covered
	cost  int64 // scaled, without any price
	last  int32 // step; -1: none
	picks int32
}

// step changes what is done with one item: one before the break item is left out, another is taken.
type step struct {
	before int32 // the step before; -1: none
	place  int32
}

// goal is what a search prunes for.
type goal uint8

const (
	forCost      goal = iota // only what could cost less than the best is kept
	forOvershoot             // also what could cost as much and overshoot less
)

type outcome uint8

const (
	cut outcome = iota // the limit on states was reached
	complete
)

// split finds the break item.
func (p *problem) split() {
	p.first = state{over: -int64(p.need), last: -1}
	for p.breaks = 0; p.breaks < len(p.items); p.breaks++ {
		if it := &p.items[p.breaks]; it.cost > 0 && p.first.over+it.net >= 0 {
			return
		}
		p.first = p.with(p.first, p.breaks)
	}
}

// start finds a first solution: the items before the break item and the one more that covers the rest at least cost, or the break
// item too and one item less.
func (p *problem) start() {
	p.split()
	p.best = solution{cost: 1<<63 - 1, last: -1, part: -1, of: p}
	p.bound = p.boundOf(p.first, p.breaks, p.breaks)
	for place := p.breaks; place < len(p.items); place++ {
		p.offerStep(p.first, place)
	}
	covered := p.changed(p.first, p.breaks)
	covered.last = p.remember(-1, p.breaks)
	for place := range p.breaks {
		p.offerStep(covered, place)
	}
	for _, place := range p.partial {
		p.offerPart(p.first, int(place))
		if int(place) < p.breaks {
			p.offerPart(covered, int(place))
		}
	}
}

// with is the state with an item more.
func (p *problem) with(s state, place int) state {
	it := &p.items[place]
	return state{s.over + it.net, s.cost + it.cost - p.price, s.last, s.picks + 1}
}

// changed is the state with one more step, which is not remembered.
func (p *problem) changed(s state, place int) state {
	if place >= p.breaks {
		return p.with(s, place)
	}
	it := &p.items[place]
	return state{s.over - it.net, s.cost - it.cost + p.price, s.last, s.picks - 1}
}

func (p *problem) remember(before int32, place int) int32 {
	p.past = append(p.past, step{before, int32(place)})
	return int32(len(p.past) - 1)
}

// betters tells whether a set of this cost and overshoot is better than the best so far.
func (p *problem) betters(cost, over int64) bool {
	return over >= 0 && (cost < p.best.cost || cost == p.best.cost && over < p.best.over)
}

func (p *problem) offerStep(s state, place int) {
	if s = p.changed(s, place); p.betters(s.cost, s.over) {
		p.best = solution{cost: s.cost, over: s.over, last: p.remember(s.last, place), part: -1, of: p}
	}
}

// offerPart covers the need exactly with a part of an item that the state has not decided: it adds one, or takes less of one.
func (p *problem) offerPart(s state, place int) {
	it := &p.items[place]
	c := &p.candidates[it.candidate]
	part := -s.over
	if place < p.breaks {
		part = it.net - s.over
		s.cost -= it.cost - p.price
	}
	if c.Division != Divisible || part <= 0 || part >= it.net {
		return
	}
	if cost := s.cost + int64(c.partCost(money.Minor(part)))*p.scale + 1; p.betters(cost, 0) {
		p.best = solution{cost: cost, last: s.last, part: it.candidate, partNet: money.Minor(part), of: p}
	}
}

// search enlarges the core by one item after the other, the nearest to the break item first and from both sides in turn, and
// keeps every state that could still become better than the best. With nothing left to keep the best is proven.
func (p *problem) search(goal goal) outcome {
	p.lo, p.hi = p.breaks, p.breaks
	states, other := append(make([]state, 0, 1<<12), p.first), make([]state, 0, 1<<12)
	p.looked = 0
	p.offerShare(p.first, -1)
	if p.betters(p.first.cost, p.first.over) {
		p.best = solution{cost: p.first.cost, over: p.first.over, last: -1, part: -1, of: p}
	}
	for turn := 0; len(states) > 0 && (p.lo > 0 || p.hi < len(p.items)); turn++ {
		place := p.hi
		if p.lo > 0 && (turn%2 == 1 || p.hi == len(p.items)) {
			place = p.lo - 1
		}
		p.offerStep(p.first, place)
		if p.hopeless(p.changed(p.first, place), goal, p.breaks, p.breaks) {
			p.lo, p.hi = min(p.lo, place), max(p.hi, place+1)
			continue // every better set treats the item as the first state does
		}
		if p.looked += 2 * len(states); p.looked > p.statesMax {
			if goal == forCost {
				p.bound = p.best.cost
				for _, s := range states {
					p.bound = min(p.bound, p.boundOf(s, p.lo, p.hi))
				}
			}
			return cut
		}
		if p.share == nil && p.candidates[p.items[place].candidate].Division == Divisible {
			for _, s := range states {
				p.offerPart(s, place)
			}
		}
		p.lo, p.hi = min(p.lo, place), max(p.hi, place+1)
		other = p.decide(states, other[:0], place, goal)
		states, other = other, states
	}
	if goal == forCost {
		p.bound = p.best.cost
	}
	return complete
}

// decide merges the states with those in which the item at place is changed, in falling order of their net proceeds. A state is
// dropped if another brings as much at no more cost, or if it is hopeless.
func (p *problem) decide(states, into []state, place int, goal goal) []state {
	shift := p.changed(state{}, place)
	cheapest, last := int64(1<<63-1), int64(1<<63-1)
	for kept, moved := 0, 0; kept < len(states) || moved < len(states); {
		var s state
		isMoved := kept == len(states)
		if !isMoved && moved < len(states) {
			a, b := &states[kept], &states[moved]
			over := b.over + shift.over
			isMoved = over > a.over || over == a.over && b.cost+shift.cost < a.cost
		}
		if isMoved {
			s = states[moved]
			s = state{s.over + shift.over, s.cost + shift.cost, s.last, s.picks + shift.picks}
			moved++
		} else {
			s = states[kept]
			kept++
		}
		if s.cost > cheapest || s.cost == cheapest && (goal == forCost || s.over == last) {
			continue
		}
		cheapest, last = s.cost, s.over
		better := isMoved && p.betters(s.cost, s.over)
		if better {
			s.last = p.remember(s.last, place)
			p.best = solution{cost: s.cost, over: s.over, last: s.last, part: -1, of: p}
		}
		if isMoved {
			p.offerShare(s, place)
		}
		if p.hopeless(s, goal, p.lo, p.hi) {
			continue
		}
		if isMoved && !better {
			s.last = p.remember(s.last, place)
		}
		into = append(into, s)
	}
	return into
}

// hopeless tells whether no set that a state can become is better than the best, if items before lo may still be left out and items
// from hi may still be taken: even if parts could be had at the cost per unit of the nearest of these.
func (p *problem) hopeless(s state, goal goal, lo, hi int) bool {
	if p.share != nil {
		return p.boundWithShare(s, lo, hi) >= p.best.cost
	}
	limit := p.best.cost // a set must not cost more
	if goal == forCost || p.best.over == 0 {
		limit--
	}
	cost := s.cost + p.price*(int64(s.picks)-p.picks)
	if s.over < 0 {
		if hi == len(p.items) || cost > limit {
			return true
		}
		return more(-s.over, p.items[hi].cost, limit-cost, p.items[hi].net)
	}
	if lo == 0 {
		return true
	}
	return cost > limit && (p.items[lo-1].cost <= 0 || more(cost-limit, p.items[lo-1].net, s.over, p.items[lo-1].cost))
}

// boundOf is a scaled cost below which no set comes that the state can become, rounded up; the most there is where it can't cover
// the need.
func (p *problem) boundOf(s state, lo, hi int) int64 {
	if p.share != nil {
		return p.boundWithShare(s, lo, hi)
	}
	cost := s.cost + p.price*(int64(s.picks)-p.picks)
	switch {
	case s.over < 0 && hi == len(p.items):
		return 1<<63 - 1
	case s.over < 0:
		added, rest := mulDiv(uint64(-s.over), uint64(p.items[hi].cost), uint64(p.items[hi].net))
		if rest > 0 {
			added++
		}
		return cost + int64(min(added, 1<<61))
	case lo > 0 && p.items[lo-1].cost > 0:
		saved, _ := mulDiv(uint64(s.over), uint64(p.items[lo-1].cost), uint64(p.items[lo-1].net))
		return cost - int64(saved)
	}
	return cost
}

// taken tells of each candidate whether the problem's last best set takes it whole.
func (p *problem) taken() []bool {
	changed := make([]bool, len(p.items))
	for at := p.best.last; at >= 0; at = p.past[at].before {
		changed[p.past[at].place] = true
	}
	taken := make([]bool, len(p.candidates))
	for place := range p.items {
		candidate := p.items[place].candidate
		taken[candidate] = (place < p.breaks) != changed[place] && candidate != p.best.part
	}
	return taken
}
