package selection

import (
	"cmp"
	"math/bits"
	"slices"

	"millrace/domain/money"
)

// item is a candidate that brings something. Its cost is scaled: the candidate's cost times problem.scale, plus one, so that of
// two sets with equal costs the one with fewer picks is cheaper; and problem.price is added.
type item struct {
	net, cost int64
	candidate int32
}

// compare orders by cost per unit, then the larger first, then by the list.
func (a item) compare(b item) int {
	if order := a.compareUnit(b); order != 0 {
		return order
	}
	if a.net != b.net {
		return cmp.Compare(b.net, a.net)
	}
	return cmp.Compare(a.candidate, b.candidate)
}

// compareUnit orders by cost per unit of net proceeds, exactly.
func (a item) compareUnit(b item) int {
	if a.cost < 0 || b.cost < 0 {
		if a.cost >= 0 || b.cost >= 0 {
			return cmp.Compare(a.cost, b.cost)
		}
		a.cost, b.cost, a.net, b.net = -b.cost, -a.cost, b.net, a.net
	}
	leftHigh, left := bits.Mul64(uint64(a.cost), uint64(b.net))
	rightHigh, right := bits.Mul64(uint64(b.cost), uint64(a.net))
	if leftHigh != rightHigh {
		left, right = leftHigh, rightHigh
	}
	if left < right {
		return -1
	}
	if left > right {
		return 1
	}
	return 0
}

// keyed is an item with its cost per unit, rounded down, in 1/keyOne: 0 below nothing, and cut at the most that there is. What keys
// alone don't decide the items do.
type keyed struct {
	key uint64
	item
}

// keyOne keeps scaled costs (some 2^54 together) over nets of a few thousand units within 64 bits, and most of them apart.
const keyOne = 1 << 20

// order sorts items by compare.
func order(items []item) {
	list := make([]keyed, len(items))
	for i, it := range items {
		list[i].item = it
		if it.cost > 0 {
			list[i].key, _ = mulDiv(uint64(it.cost), keyOne, uint64(it.net))
		}
	}
	slices.SortFunc(list, func(a, b keyed) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return a.compare(b.item)
	})
	for i := range list {
		items[i] = list[i].item
	}
}

// problem is a need and its candidates, ordered by cost per unit. The items before breaks together do not cover the need, with the
// break item they do; but what costs less than nothing stands before it in any case.
type problem struct {
	need       money.Minor
	candidates []Candidate
	items      []item
	total      money.Minor
	scale      int64
	breaks     int
	statesMax  int
	parts      bool    // some item is divisible
	partial    []int32 // places of the divisible items, in order

	sides [2]priced // what relaxedSide found, few and many; of no price and bound while it has not looked

	price int64 // of a pick, on top of every item's cost, negative: a refund; 0 at first
	picks int64 // for which the price is given back: the costs of a set are at least what its items cost here less price * picks

	share *share // of which a part is taken; nil: of none, or of any

	first  state // the items before the break item
	best   solution
	bound  int64 // no set of whole items costs less, scaled
	past   []step
	looked int // at so many states
	lo, hi int // the core: items from lo up to, not including, hi have been decided
}

// solution is a set that covers the need: the items before the break item, changed by the steps that end in last, and at most
// one part.
type solution struct {
	cost    int64 // scaled, without any price
	over    int64
	last    int32 // step; -1: none
	part    int32 // candidate; -1: none
	partNet money.Minor
	of      *problem // to which the steps belong
}

func newProblem(need money.Minor, candidates []Candidate) *problem {
	p := &problem{need: need, candidates: candidates, items: make([]item, 0, len(candidates)), past: make([]step, 0, 1<<15)}
	costs := int64(0)
	for i := range candidates {
		if c := &candidates[i]; c.Net > 0 {
			p.items = append(p.items, item{int64(c.Net), int64(c.Cost), int32(i)})
			p.total += c.Net
			costs += int64(c.Cost)
			p.parts = p.parts || c.Division == Divisible
		}
	}
	// Larger than the number of picks, and larger still where costs are small: bounds lose less by rounding.
	p.scale = max(CandidatesMax+1, 1<<54/(costs+1))
	for i := range p.items {
		p.items[i].cost = p.items[i].cost*p.scale + 1
	}
	order(p.items)
	for i := range p.items {
		if p.parts && candidates[p.items[i].candidate].Division == Divisible {
			p.partial = append(p.partial, int32(i))
		}
	}
	return p
}

// moneyOf turns a bound on scaled costs into one on costs: a set of cost c and n picks has the scaled cost c * scale + n.
func (p *problem) moneyOf(scaled int64) money.Minor {
	above := scaled - int64(len(p.items))
	if above <= 0 {
		return 0
	}
	return money.Minor((above + p.scale - 1) / p.scale)
}

// leaves tells whether a set could cost less than the best by this bound, in money.
func (p *problem) leaves(bound int64) bool { return int64(p.moneyOf(bound)) < p.best.cost/p.scale }

// mulDiv gives a * b / divisor, rounded down, and the remainder. The quotient fits into 64 bits, or it is cut to 2^63-1.
func mulDiv(a, b, divisor uint64) (quotient, rest uint64) {
	high, low := bits.Mul64(a, b)
	if high >= divisor {
		return 1<<63 - 1, 0
	}
	quotient, rest = bits.Div64(high, low, divisor)
	if quotient > 1<<63-1 {
		return 1<<63 - 1, 0
	}
	return quotient, rest
}

// more tells whether a * b > c * d; all are not negative.
func more(a, b, c, d int64) bool {
	leftHigh, leftLow := bits.Mul64(uint64(a), uint64(b))
	rightHigh, rightLow := bits.Mul64(uint64(c), uint64(d))
	return leftHigh > rightHigh || leftHigh == rightHigh && leftLow > rightLow
}
