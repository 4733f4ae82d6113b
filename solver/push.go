package solver

import (
	"math"
	"slices"
)

// push carries all excess away by pushing it from each node to neighbours of lower price, and raising the price of a node that has
// none (A. V. Goldberg, "An efficient implementation of a scaling minimum-cost flow algorithm", Journal of Algorithms 22, 1997).
// Prices are in fractions of a debt: an edge costs unit or -unit, and a price may be 1 too high. While the price of a way is wrong
// by less than a whole debt in sum, the flow is the cheapest one; whether it is, refine finds out.
type push[P int32 | int64] struct {
	*network
	unit    P
	price   []P     // about what carrying away one more from a node costs
	current []int32 // the edge of each node at which its search goes on
	pending ring    // nodes with excess
	near    []P     // the price of a node in an update under way
	nodesAt buckets
	farther P   // than any price; twice as far still fits
	work    int // edges looked at for raising prices since the last update
	updates int
}

const (
	far            = math.MaxInt32
	unitFirst      = 12
	unitFactor     = 16
	longWay        = 100 // debts on a way for which the first unit is too coarse
	workPerRaise   = 12  // what raising a price costs beside looking at edges, in edges
	workOverUpdate = 1   // how much work to do for an update of all prices, in all edges
)

func newPush[P int32 | int64](n *network, farther P) *push[P] {
	nodes := len(n.firms)
	return &push[P]{network: n, farther: farther, price: make([]P, nodes), current: make([]int32, nodes), pending: newRing(nodes),
		near: make([]P, nodes)}
}

// solve finds the cheapest flow. It returns whole prices that prove it, and how often all prices were updated.
func (n *network) solve() ([]int32, int) {
	narrow := newPush[int32](n, far/2)
	unit, exact := narrow.scale(unitFirst)
	if exact {
		return narrow.price, narrow.updates
	}
	wide := newPush[int64](n, math.MaxInt64/2)
	for u, price := range narrow.price {
		wide.price[u] = int64(price)
	}
	if _, exact = wide.scale(int64(unit)); !exact {
		panic("solver: prices that do not prove the flow")
	}
	for u, price := range wide.price {
		narrow.price[u] = int32(price)
	}
	return narrow.price, narrow.updates + wide.updates
}

// scale pushes with ever finer prices until whole ones prove the flow to be the cheapest, which they do at the latest when
// the unit is above the number of nodes, or until they would become too wide. It returns the unit to go on with. (A price rises by less than three times what the longest way costs.)
func (p *push[P]) scale(unit P) (P, bool) {
	nodes := P(len(p.price)) + 1
	for ; unit <= unitFactor*nodes; unit *= unitFactor {
		lowest, highest := P(0), P(0)
		if len(p.price) > 0 {
			lowest, highest = slices.Min(p.price), slices.Max(p.price)
		}
		if (highest-lowest)+3*nodes > p.farther/2/unit {
			return unit, false
		}
		for u := range p.price {
			p.price[u] = (p.price[u] - lowest) * unit
		}
		p.unit = unit
		carried := p.run()
		if p.refine() && carried {
			return unit, true
		}
	}
	return unit, false
}

// less tells whether one price is below another on an edge that is open; of head<<1, on one that is open the opposite way. Prices are
// at most farther, so that no difference overflows. Both questions are one to the processor, which can seldom guess the answer to either.
func less[P int32 | int64](a, b P, head uint32) bool { return (a-b)&P(int32(head)) < 0 }

// run carries all excess away, unless ways turn out to be too long for the first unit.
func (p *push[P]) run() bool {
	for u, excess := range p.excess {
		if excess > 0 {
			p.pending.put(int32(u))
		}
	}
	p.work = far
	for p.pending.length > 0 {
		if p.work > workOverUpdate*len(p.head) {
			p.update()
			if p.unit == unitFirst && slices.Max(p.price) > unitFirst*longWay {
				return false
			}
		}
		p.discharge(p.pending.take())
	}
	return true
}

// discharge carries the excess of one node to its neighbours.
func (p *push[P]) discharge(u int32) {
	middle, end := p.middle[u], p.first[u+1]
	for {
		if p.current[u] < middle && p.send(u, middle, p.price[u]-p.unit) {
			return
		}
		if p.send(u, end, p.price[u]+p.unit) {
			return
		}
		p.raise(u)
	}
}

// send pushes over edges from the current one on to neighbours below a price, and tells whether all excess is gone.
func (p *push[P]) send(u, to int32, below P) bool {
	from, excess, price := p.current[u], p.excess[u], p.price
	for i, head := range p.head[from:to] {
		v := head & headMask
		if !less(price[v], below, head) {
			continue
		}
		at := from + int32(i)
		amount := min(excess, p.room[at])
		p.move(at, amount)
		before := p.excess[v]
		p.excess[v] = before + amount
		if before <= 0 && before+amount > 0 {
			p.pending.put(int32(v))
		}
		if excess -= amount; excess == 0 {
			p.current[u], p.excess[u] = at, 0
			return true
		}
	}
	p.current[u], p.excess[u] = to, excess
	return false
}

// raise lifts a node just above its cheapest neighbour.
func (p *push[P]) raise(u int32) {
	first, middle, end := p.first[u], p.middle[u], p.first[u+1]
	p.work += int(end-first) + workPerRaise
	price := p.price
	best, where := p.farther, first
	for i, head := range p.head[first:middle] {
		if cost := price[head&headMask] + p.unit; less(cost, best, head) {
			best, where = cost, first+int32(i)
		}
	}
	for i, head := range p.head[middle:end] {
		if cost := price[head&headMask] - p.unit; less(cost, best, head) {
			best, where = cost, middle+int32(i)
		}
	}
	price[u], p.current[u] = best+1, where
}

// update raises all prices at once to what the cheapest way to a node with need costs, with 1 more for every edge, so far as there
// is excess.
func (p *push[P]) update() {
	p.updates++
	p.work = 0
	left := p.pending.length
	for u, excess := range p.excess {
		p.current[u], p.near[u] = p.first[u], p.farther
		if excess < 0 {
			p.near[u] = p.price[u]
			p.nodesAt.put(0, int32(u))
		}
	}
	last := P(0)
	for v, distance := p.nodesAt.take(); v >= 0 && left > 0; v, distance = p.nodesAt.take() {
		price := p.near[v]
		if p.current[v] < 0 || price-p.price[v] != P(distance) {
			continue
		}
		p.current[v] = -1
		last = P(distance)
		if p.excess[v] > 0 {
			left--
		}
		p.approach(p.first[v], p.middle[v], price-p.unit+1)
		p.approach(p.middle[v], p.first[v+1], price+p.unit+1)
	}
	if left > 0 {
		panic("solver: excess that cannot be carried away")
	}
	p.nodesAt.empty()
	for u := range p.near {
		if p.current[u] < 0 {
			p.price[u] = p.near[u]
		} else {
			p.price[u] += last
		}
		p.current[u] = p.first[u]
	}
}

// approach lowers what is known of the nodes from which edges come.
func (p *push[P]) approach(from, to int32, price P) {
	near := p.near
	for _, head := range p.head[from:to] {
		w := head & headMask
		if less(price, near[w], head<<1) {
			near[w] = price
			p.nodesAt.put(int64(price-p.price[w]), int32(w))
		}
	}
}

// refine makes whole prices of those reached, so that none is above that of a neighbour plus the cost of the edge, which proves the
// flow to be the cheapest. Where that does not succeed within bounded work, it takes back what the prices contradict, which leaves
// excess, and tells so. It succeeds where the unit is above the number of nodes.
func (p *push[P]) refine() bool {
	offset := p.offset()
	for u := range p.price {
		p.price[u] = floorDivide(p.price[u]+offset, p.unit)
	}
	p.unit = 1
	p.lower()
	exact := true
	p.contradicted(func(u, v, at int32) {
		amount := p.room[at]
		p.move(at, amount)
		p.excess[u] -= amount
		p.excess[v] += amount
		exact = false
	})
	return exact
}

// offset finds what to add to all prices before rounding them down. Whole prices can contradict an edge only if its own are 1 too
// high and that of its head, with the offset, lies just below a whole one; of the offsets, one that does this to the fewest edges is
// taken. There are as many as the unit, so that where that is above the number of nodes, one does it to none.
func (p *push[P]) offset() P {
	hit := make([]int32, min(p.unit, P(len(p.price))+1))
	p.contradicted(func(_, v, _ int32) {
		price := p.price[v]
		if rest := price - floorDivide(price, p.unit)*p.unit; rest < P(len(hit)) {
			hit[rest]++
		}
	})
	least := 0
	for rest := range hit {
		if hit[rest] < hit[least] {
			least = rest
		}
	}
	return p.unit - 1 - P(least)
}

// contradicted calls with the edges that cost less than prices say.
func (p *push[P]) contradicted(call func(u, v, at int32)) {
	for u := range int32(len(p.price)) {
		cost, own := p.unit, p.price[u]
		for at := p.first[u]; at < p.first[u+1]; at++ {
			if at == p.middle[u] {
				cost = -p.unit
			}
			head := p.head[at]
			if v := head & headMask; less(p.price[v]+cost, own, head) {
				call(u, int32(v), at)
			}
		}
	}
}

// lower corrects prices one by one, for as long as looking at all edges three times takes.
func (p *push[P]) lower() {
	work := 3 * len(p.head)
	for u := range int32(len(p.price)) {
		p.pending.put(u)
	}
	for p.pending.length > 0 && work > 0 {
		v := p.pending.take()
		work -= int(p.first[v+1] - p.first[v])
		p.lowerTo(p.first[v], p.middle[v], p.price[v]-1)
		p.lowerTo(p.middle[v], p.first[v+1], p.price[v]+1)
	}
	p.pending.empty()
}

// lowerTo lowers the nodes from which edges come to a price.
func (p *push[P]) lowerTo(from, to int32, price P) {
	for _, head := range p.head[from:to] {
		if w := head & headMask; less(price, p.price[w], head<<1) {
			p.price[w] = price
			p.pending.put(int32(w))
		}
	}
}

func floorDivide[P int32 | int64](a, b P) P {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}
