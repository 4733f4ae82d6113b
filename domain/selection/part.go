package selection

import (
	"cmp"
	"slices"

	"millrace/domain/money"
)

// partsMax is how many items are searched for as the one that is taken in part, at most.
const partsMax = 6

// searchParts bounds sets with a part of one item, searches for better ones where the bound leaves room, and returns the bound on all
// sets, with a part and without.
func (p *problem) searchParts() int64 {
	bounds := p.boundsWithParts()
	least := p.bound
	for _, b := range bounds {
		least = min(least, b.bound)
	}
	byCount := int64(0)
	if p.leaves(least) {
		few, many := p.relaxedSide(sideFew), p.relaxedSide(sideMany)
		byCount = min(few.bound, many.bound-p.undercut(many.price))
	}
	statesLeft := p.statesMax / 10
	for i := 0; i < min(len(bounds), partsMax) && statesLeft > 0; i++ {
		b := &bounds[i]
		if !p.leaves(b.bound) || !p.leaves(byCount) {
			break
		}
		q := p.withPart(int(b.place), statesLeft)
		q.search(forCost)
		statesLeft -= q.looked
		b.bound = max(b.bound, q.bound)
		if q.best.cost < p.best.cost {
			p.best = q.best
		}
	}
	bound := p.bound
	for _, b := range bounds {
		bound = min(bound, b.bound)
	}
	return max(bound, byCount)
}

// placed is the bound on sets with a part of the item at a place.
type placed struct {
	bound int64
	place int32
}

// boundsWithParts gives for each divisible item what the need costs at least with its fixed cost paid and any amount of it and parts of
// the others to be had, if that is less than the best costs; the lowest bound first.
func (p *problem) boundsWithParts() []placed {
	sums := make([]item, len(p.items)+1) // of the items before a place
	for i, it := range p.items {
		sums[i+1] = item{net: sums[i].net + it.net, cost: sums[i].cost + it.cost}
	}
	var bounds []placed
	for _, place := range p.partial {
		if bound := p.boundWithPart(int(place), sums); bound < p.best.cost {
			bounds = append(bounds, placed{bound, place})
		}
	}
	slices.SortFunc(bounds, func(a, b placed) int { return cmp.Or(cmp.Compare(a.bound, b.bound), cmp.Compare(a.place, b.place)) })
	return bounds
}

// share is the item of which a part is taken: its fixed cost, and what the rest costs for all of it, scaled.
type share struct {
	fixed     int64
	rest      item
	candidate *Candidate
}

func (p *problem) shareOf(place int) *share {
	it := &p.items[place]
	c := &p.candidates[it.candidate]
	return &share{int64(c.Fixed)*p.scale + 1, item{it.net, int64(c.Cost-c.Fixed) * p.scale, it.candidate}, c}
}

// withPart is the problem in which a part of one item is taken, and the others whole or not.
func (p *problem) withPart(place, statesMax int) *problem {
	q := &problem{need: p.need, candidates: p.candidates, items: slices.Delete(slices.Clone(p.items), place, place+1), scale: p.scale, statesMax: statesMax,
		share: p.shareOf(place), best: p.best}
	rest := &q.share.rest
	q.first = state{over: -int64(q.need), last: -1}
	for ; q.breaks < len(q.items); q.breaks++ {
		it := &q.items[q.breaks]
		if q.first.over+rest.net >= 0 && (it.compareUnit(*rest) >= 0 || q.first.over+it.net >= 0) {
			break
		}
		q.first = q.with(q.first, q.breaks)
	}
	return q
}

// offerShare covers the need exactly with a part of the problem's share, after one more step that is not remembered yet (-1: none).
func (p *problem) offerShare(s state, place int) {
	if p.share == nil || s.over >= 0 || -s.over >= p.share.rest.net {
		return
	}
	part := money.Minor(-s.over)
	cost := s.cost + int64(p.share.candidate.partCost(part))*p.scale + 1
	if !p.betters(cost, 0) {
		return
	}
	if place >= 0 {
		s.last = p.remember(s.last, place)
	}
	p.best = solution{cost: cost, last: s.last, part: p.share.rest.candidate, partNet: part, of: p}
}

// boundWithShare is what any set costs at least that the state can become with a part of the share: as much of it as pays against the
// nearest items of which parts are to be had.
func (p *problem) boundWithShare(s state, lo, hi int) int64 {
	rest, part := &p.share.rest, int64(0)
	switch {
	case lo > 0 && rest.compareUnit(p.items[lo-1]) <= 0:
		part = rest.net
	case hi == len(p.items) || rest.compareUnit(p.items[hi]) <= 0:
		part = min(max(-s.over, 0), rest.net)
	}
	cost, _ := mulDiv(uint64(part), uint64(rest.cost), uint64(rest.net))
	bound, over := s.cost+p.share.fixed+int64(cost), s.over+part
	switch {
	case over < 0 && hi == len(p.items):
		return 1<<63 - 1
	case over < 0:
		added, _ := mulDiv(uint64(-over), uint64(p.items[hi].cost), uint64(p.items[hi].net))
		bound += int64(min(added, 1<<61))
	case over > 0 && lo > 0:
		saved, cut := mulDiv(uint64(over), uint64(p.items[lo-1].cost), uint64(p.items[lo-1].net))
		bound -= int64(saved + min(cut, 1))
	}
	return bound
}

// undercut is by how much a part of a divisible item can be cheaper than a relaxation says that refunds a price on each pick: by what
// the refund exceeds its fixed cost.
func (p *problem) undercut(price int64) int64 {
	most := int64(0)
	for _, place := range p.partial {
		fixed := int64(p.candidates[p.items[place].candidate].Fixed)*p.scale + 1
		most = max(most, price-fixed)
	}
	return most
}

func (p *problem) boundWithPart(place int, sums []item) int64 {
	it, share := &p.items[place], p.shareOf(place)
	fixed, rest := share.fixed, share.rest
	cheaper, _ := slices.BinarySearchFunc(p.items, rest, item.compare)
	before := without(sums, place, cheaper, it)
	need := int64(p.need)
	switch {
	case before.net >= need:
		return fixed + p.coveredWithout(place, need, sums)
	case need-before.net <= rest.net:
		cost, _ := mulDiv(uint64(need-before.net), uint64(rest.cost), uint64(rest.net))
		return fixed + before.cost + int64(cost)
	}
	return fixed + rest.cost + p.coveredWithout(place, need-rest.net, sums)
}

// without gives the sums over the items before end, without the one at place.
func without(sums []item, place, end int, it *item) item {
	s := sums[end]
	if place < end {
		s.net, s.cost = s.net-it.net, s.cost-it.cost
	}
	return s
}

// coveredWithout is what need costs at least out of parts of all items but one, rounded down. They bring it.
func (p *problem) coveredWithout(place int, need int64, sums []item) int64 {
	it := &p.items[place]
	end, _ := slices.BinarySearchFunc(sums, need, func(s item, need int64) int {
		net := s.net
		if s.net >= sums[place+1].net {
			net -= it.net
		}
		if net < need {
			return -1
		}
		return 1
	})
	if end == 0 {
		return 0
	}
	before := without(sums, place, end-1, it)
	cost, _ := mulDiv(uint64(need-before.net), uint64(p.items[end-1].cost), uint64(p.items[end-1].net))
	return before.cost + int64(cost)
}
