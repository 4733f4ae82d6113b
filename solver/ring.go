package solver

// ring is a queue of nodes, each of which waits at most once.
type ring struct {
	nodes   []int32
	begin   int
	length  int
	waiting []bool
}

func newRing(nodes int) ring {
	return ring{nodes: make([]int32, nodes), waiting: make([]bool, nodes)}
}

func (r *ring) put(u int32) {
	if r.waiting[u] {
		return
	}
	r.waiting[u] = true
	at := r.begin + r.length
	if at >= len(r.nodes) {
		at -= len(r.nodes)
	}
	r.nodes[at] = u
	r.length++
}

func (r *ring) take() int32 {
	u := r.nodes[r.begin]
	if r.begin++; r.begin == len(r.nodes) {
		r.begin = 0
	}
	r.length--
	r.waiting[u] = false
	return u
}

func (r *ring) empty() {
	for r.length > 0 {
		r.take()
	}
}
