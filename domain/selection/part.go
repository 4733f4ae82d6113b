package selection

import "slices"

// boundWithParts is the bound on sets of whole items and, where some are divisible, on sets with a part of one of them as well: for
// each divisible item, what the need costs at least with its fixed cost paid and any amount of it and parts of the others to be had.
func (p *problem) boundWithParts() int64 {
	bound := p.bound
	if !p.parts {
		return bound
	}
	sums := make([]item, len(p.items)+1) // of the items before a place
	for i, it := range p.items {
		sums[i+1] = item{net: sums[i].net + it.net, cost: sums[i].cost + it.cost}
	}
	for _, place := range p.partial {
		bound = min(bound, p.boundWithPart(int(place), sums))
	}
	if p.leaves(bound) {
		few, many := p.relaxedSide(sideFew), p.relaxedSide(sideMany)
		bound = max(bound, min(few.bound, many.bound-p.undercut(many.price)))
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
	it := &p.items[place]
	c := &p.candidates[it.candidate]
	fixed := int64(c.Fixed)*p.scale + 1
	rest := item{net: it.net, cost: int64(c.Cost-c.Fixed) * p.scale, candidate: it.candidate}
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
