package solver

import "math"

// window is how many distances have a list of their own; what is farther waits in one list.
const window = 1024

// buckets give nodes by distance, nearest first, and of one distance in the order in which they came. A node may be put in again
// nearer; who takes it asks whether the distance still holds. (R. B. Dial, "Algorithm 360: shortest-path forest with topological
// ordering", Communications of the ACM 12, 1969.)
type buckets struct {
	lists  [window][]int32
	base   int64 // the distance of the first list
	now    int64 // the list being taken from
	taken  int   // of it
	beyond []distant
}

type distant struct {
	distance int64
	node     int32
}

// put adds a node, no nearer than the last that was taken.
func (b *buckets) put(distance int64, u int32) {
	if at := distance - b.base; at < window {
		b.lists[at] = append(b.lists[at], u)
		return
	}
	b.beyond = append(b.beyond, distant{distance, u})
}

// take gives the next node and its distance, or -1.
func (b *buckets) take() (int32, int64) {
	for {
		for ; b.now < window; b.now, b.taken = b.now+1, 0 {
			if list := b.lists[b.now]; b.taken < len(list) {
				u := list[b.taken]
				b.taken++
				return u, b.base + b.now
			}
			b.lists[b.now] = b.lists[b.now][:0]
		}
		if len(b.beyond) == 0 {
			return -1, 0
		}
		b.advance()
	}
}

// advance moves the lists on to the nearest of those that wait.
func (b *buckets) advance() {
	b.base, b.now, b.taken = math.MaxInt64, 0, 0
	for _, d := range b.beyond {
		b.base = min(b.base, d.distance)
	}
	rest := b.beyond
	b.beyond = b.beyond[:0]
	for _, d := range rest {
		b.put(d.distance, d.node)
	}
}

// empty forgets everything.
func (b *buckets) empty() {
	for ; b.now < window; b.now++ {
		b.lists[b.now] = b.lists[b.now][:0]
	}
	b.base, b.now, b.taken, b.beyond = 0, 0, 0, b.beyond[:0]
}
