package selection

import (
	"math/big"
	"slices"
)

// relaxationsMax is how many prices of a pick are tried on either side, at most.
const relaxationsMax = 6

// slopeOne is one pick in a slope.
const slopeOne = 1 << 10

// side is one of the two ways in which a set can have picks: up to as many as stand before the break item, or more.
type side int64

const (
	sideFew  side = 1
	sideMany side = -1
)

// searchByCount searches again what a plain search could not finish, on both sides of a number of picks. Parts of an item take only a
// part of its fee, so that a plain relaxation is up to one fee too low, and many sets seem to be as cheap as the best is. On a side the
// count is known to be at most, or at least, so many, and a price on each pick (Lagrange's multiplier), given back for that many,
// makes a bound that counts the fees (S. Martello and P. Toth, "Upper bounds and algorithms for hard 0-1 knapsack problems",
// Operations Research 45, 1997, bound the count likewise).
func (p *problem) searchByCount() outcome {
	proven, bound := complete, int64(1<<63-1)
	for _, s := range []side{sideFew, sideMany} {
		relaxed := p.relaxedSide(s)
		if relaxed.bound >= p.best.cost {
			continue
		}
		q := p.onSide(s, relaxed.price)
		if q.search(forCost) == cut {
			proven = cut
		}
		bound = min(bound, max(q.bound, relaxed.bound))
		if q.best.cost < p.best.cost {
			p.best = q.best
		}
	}
	p.bound = min(p.best.cost, max(p.bound, bound))
	return proven
}

// onSide is the problem at a price of a pick; sets on the other side are not bounded by it.
func (p *problem) onSide(s side, price int64) *problem {
	q := &problem{need: p.need, candidates: p.candidates, items: slices.Clone(p.items), scale: p.scale, statesMax: p.statesMax / 5, parts: p.parts,
		price: int64(s) * price, picks: p.picksOn(s), best: p.best, past: make([]step, 0, 1<<15)}
	for i := range q.items {
		q.items[i].cost += q.price
	}
	order(q.items)
	q.split()
	return q
}

// picksOn is the most picks, or the least, of a set on a side.
func (p *problem) picksOn(s side) int64 {
	if s == sideFew {
		return int64(p.breaks)
	}
	return int64(p.breaks) + 1
}

// priced is the relaxation at one price of a pick: a bound on scaled costs, and how it changes with the price, in 1/slopeOne.
type priced struct{ price, bound, slope int64 }

// relaxedSide looks for the price that gives the highest bound: each time where the two steepest lines known meet, from a price of
// nothing and the highest price.
func (p *problem) relaxedSide(s side) priced {
	known := &p.sides[(1-s)/2]
	if known.bound > 0 {
		return *known
	}
	scratch := make([]item, len(p.items))
	low := p.atPrice(s, 0, scratch)
	high := p.atPrice(s, 1<<62/int64(len(p.items)+1), scratch)
	best := low
	if high.bound > low.bound {
		best = high
	}
	for range relaxationsMax {
		if low.slope <= 0 || high.slope >= 0 || best.bound >= p.best.cost {
			break
		}
		price := meet(low, high)
		if price <= low.price || price >= high.price {
			break
		}
		next := p.atPrice(s, price, scratch)
		if next.bound > best.bound {
			best = next
		}
		if next.slope > 0 {
			low = next
		} else {
			high = next
		}
	}
	*known = best
	return best
}

// meet is the price at which the lines of two relaxations cross, rounded down.
func meet(low, high priced) int64 {
	product := func(a, b int64) *big.Int { return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)) }
	over := product(high.bound-low.bound, slopeOne)
	over.Add(over, product(low.slope, low.price))
	over.Sub(over, product(high.slope, high.price))
	return over.Quo(over, big.NewInt(low.slope-high.slope)).Int64()
}

// atPrice relaxes the problem with a price on every pick (few) or a refund (many).
func (p *problem) atPrice(s side, price int64, scratch []item) priced {
	count := p.picksOn(s)
	value, picks := p.relaxed(int64(s)*price, scratch)
	return priced{price, value - int64(s)*price*count, int64(s) * (picks - count*slopeOne)}
}

// relaxed is what the need costs at least in parts of items, rounded down, when each pick costs extra more (or less, and then what
// costs less than nothing is taken anyway), and how many picks that are, in 1/slopeOne. The break item is found by partition round
// pivots.
func (p *problem) relaxed(extra int64, scratch []item) (cost, picks int64) {
	rest, open := int64(p.need), scratch[:0]
	for _, it := range p.items {
		if it.cost += extra; it.cost <= 0 {
			cost, rest, picks = cost+it.cost, rest-it.net, picks+slopeOne
		} else {
			open = append(open, it)
		}
	}
	for rest > 0 {
		pivot := open[pivotOf(open)]
		less, equal := partition(open, pivot)
		lessNet, lessCost := sumOf(open[:less])
		if lessNet >= rest {
			open = open[:less]
			continue
		}
		rest, cost, picks = rest-lessNet, cost+lessCost, picks+int64(less)*slopeOne
		equalNet, equalCost := sumOf(open[less:equal])
		if equalNet >= rest {
			part, _ := mulDiv(uint64(rest), uint64(pivot.cost), uint64(pivot.net))
			share, _ := mulDiv(uint64(rest), uint64(equal-less)*slopeOne, uint64(equalNet))
			return cost + int64(part), picks + int64(share)
		}
		rest, cost, picks = rest-equalNet, cost+equalCost, picks+int64(equal-less)*slopeOne
		open = open[equal:]
	}
	return cost, picks
}

// pivotOf is the place of the median of three items.
func pivotOf(items []item) int {
	low, middle, high := 0, len(items)/2, len(items)-1
	if items[low].compareUnit(items[middle]) > 0 {
		low, middle = middle, low
	}
	if items[middle].compareUnit(items[high]) > 0 {
		middle = high
	}
	if items[low].compareUnit(items[middle]) > 0 {
		middle = low
	}
	return middle
}

// partition puts what is cheaper per unit than the pivot first and what is dearer last.
func partition(items []item, pivot item) (less, equal int) {
	dearer := len(items)
	for at := 0; at < dearer; {
		switch order := items[at].compareUnit(pivot); {
		case order < 0:
			items[less], items[at] = items[at], items[less]
			less++
			at++
		case order > 0:
			dearer--
			items[dearer], items[at] = items[at], items[dearer]
		default:
			at++
		}
	}
	return less, dearer
}

func sumOf(items []item) (net, cost int64) {
	for i := range items {
		net += items[i].net
		cost += items[i].cost
	}
	return net, cost
}
