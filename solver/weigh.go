package solver

import (
	"math"

	"millrace/domain/money"
)

// weigh finds the flow of least weight in a choice, by pushing along prices that are made finer until they prove it, as push does
// where all edges cost the same. After each time no circle could become lighter by more than what a price may be wrong by, for each
// of its edges.
type weigh struct {
	*choice
	shift   int     // a price may be wrong by 1 << shift, where a weight of 1 is 1 << fine
	price   []price // of each node
	current []int32 // the edge of each node at which its search goes on
	pending ring
	nodesAt buckets
	work    int // edges looked at since the last update
	effort  int // how many more may be looked at
}

type price struct {
	now  int64 // about what carrying away one more from the node weighs
	near int64 // in an update, its distance; in a proof, its whole price
}

const (
	fine  = 16 // binary digits of a price after the point
	finer = 4  // by how many digits prices become finer at a time

	farthest = math.MaxInt64 / 2 // farther than any price
)

// run weighs ever finer, calls back after each time, and tells whether the flow is proved in the end. The first prices may be wrong by half of
// what weights differ by, at most.
func (w *weigh) run(potential []int32, balanced func()) bool {
	nodes := len(w.firms)
	w.price, w.current, w.pending = make([]price, nodes), make([]int32, nodes), newRing(nodes)
	heaviest, lightest := int64(0), int64(math.MaxInt64)
	for _, s := range w.steps {
		if s.width > 0 {
			heaviest, lightest = max(heaviest, int64(s.weight)), min(lightest, int64(s.weight))
		}
	}
	for u, firm := range w.firms {
		w.price[u].now = int64(potential[firm]) * (heaviest + lightest) / 2 << fine
	}
	for w.shift = fine - finer; 1<<w.shift < (heaviest-lightest)<<fine/32; {
		w.shift += finer
	}
	for ; w.shift >= 0; w.shift -= finer {
		w.unsettle()
		if !w.settle() {
			return false
		}
		balanced()
		if w.proved() {
			return true
		}
	}
	return false
}

// unsettle moves all that is too heavy by the prices of now.
func (w *weigh) unsettle() {
	for u := range int32(len(w.firms)) {
		w.current[u] = w.first[u]
		for at := w.first[u]; at < w.first[u+1]; at++ {
			for w.head[at]&open != 0 && w.over(u, at) > 1<<w.shift {
				v, amount := w.head[at]&headMask, w.room[at]
				w.move(at, amount)
				w.excess[u] -= amount
				w.excess[v] += amount
			}
		}
	}
	for u, excess := range w.excess {
		if excess > 0 {
			w.pending.put(int32(u))
		}
	}
}

// over is by how much the way over an edge is lighter than prices say.
func (w *weigh) over(u, at int32) int64 {
	return w.price[u].now - w.price[w.head[at]&headMask].now - int64(w.weight[at])<<fine
}

// settle carries all excess away, unless that takes too long.
func (w *weigh) settle() bool {
	w.work = math.MaxInt
	for w.pending.length > 0 && w.effort > 0 {
		if w.work > len(w.head) {
			w.update()
		}
		w.discharge(w.pending.take())
	}
	return w.pending.length == 0
}

// discharge carries the excess of one node to its neighbours.
func (w *weigh) discharge(u int32) {
	excess := w.excess[u]
	for {
		own := w.price[u].now
		for at := w.current[u]; at < w.first[u+1]; at++ {
			for {
				v := int32(w.head[at] & headMask)
				if !less(w.price[v].now+int64(w.weight[at])<<fine, own, w.head[at]) {
					break
				}
				amount := min(excess, w.room[at])
				w.receive(v, amount)
				w.move(at, amount)
				if excess -= amount; excess == 0 {
					w.current[u], w.excess[u] = at, 0
					return
				}
			}
		}
		w.raise(u)
	}
}

func (w *weigh) receive(v int32, amount money.Minor) {
	before := w.excess[v]
	w.excess[v] = before + amount
	if before <= 0 && before+amount > 0 {
		w.pending.put(v)
	}
}

// raise lifts a node just above its lightest neighbour.
func (w *weigh) raise(u int32) {
	first, end := w.first[u], w.first[u+1]
	w.work += int(end-first) + workPerRaise
	w.effort -= int(end-first) + workPerRaise
	best, where := int64(farthest), first
	weights := w.weight[first:end]
	for i, head := range w.head[first:end] {
		if through := w.price[head&headMask].now + int64(weights[i])<<fine; less(through, best, head) {
			best, where = through, first+int32(i)
		}
	}
	w.price[u].now, w.current[u] = best+1<<w.shift, where
}

// update raises all prices at once to what the lightest way to a node with need weighs.
func (w *weigh) update() {
	w.work = 0
	w.effort -= len(w.head)
	left := w.pending.length
	for u, excess := range w.excess {
		w.price[u].near = farthest
		w.current[u] = w.first[u]
		if excess < 0 {
			w.price[u].near = 0
			w.nodesAt.put(0, int32(u))
		}
	}
	last := int64(0)
	for left > 0 {
		v, distance := w.nodesAt.take()
		if v < 0 {
			panic("solver: excess that cannot be carried away")
		}
		if w.current[v] < 0 || w.price[v].near != distance {
			continue
		}
		w.current[v], last = -1, distance
		if w.excess[v] > 0 {
			left--
		}
		w.approach(v, distance)
	}
	w.nodesAt.empty()
	for u := range w.price {
		w.price[u].now += min(last, w.price[u].near) << w.shift
		w.current[u] = w.first[u]
	}
}

// approach lowers what is known of the nodes from which edges come.
func (w *weigh) approach(v int32, distance int64) {
	first, end := w.first[v], w.first[v+1]
	own := w.price[v].now + 1<<w.shift
	under := w.under[first:end]
	for i, head := range w.head[first:end] {
		u := &w.price[head&headMask]
		if d := distance + (own+int64(under[i])<<fine-u.now)>>w.shift; less(d, u.near, head<<1) {
			u.near = d
			w.nodesAt.put(d, int32(head&headMask))
		}
	}
}

// proved tells whether whole prices prove the flow to be the lightest, so far as bounded work finds them.
func (w *weigh) proved() bool {
	for u := range w.price {
		w.price[u].near = w.price[u].now >> fine
		w.pending.put(int32(u))
	}
	work := 3 * len(w.head)
	for w.pending.length > 0 && work > 0 {
		v := w.pending.take()
		first, end := w.first[v], w.first[v+1]
		work -= int(end - first)
		under := w.under[first:end]
		for i, head := range w.head[first:end] {
			u := head & headMask
			if lower := w.price[v].near + int64(under[i]); less(lower, w.price[u].near, head<<1) {
				w.price[u].near = lower
				w.pending.put(int32(u))
			}
		}
	}
	proved := w.pending.length == 0
	w.pending.empty()
	return proved
}
