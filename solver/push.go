package solver

import (
	"math"

	"millrace/domain/money"
)

const (
	openBit  = 1 << 31
	backBit  = 1 << 30
	headMask = backBit - 1
)

type push struct {
	*network
	head                                         []uint32
	other                                        []int32
	room                                         []money.Minor
	label                                        []int64
	tent                                         []int32
	current                                      []int32
	queue                                        []int32
	qhead, qlen                                  int
	queued                                       []bool
	buckets                                      buckets
	updates, relabels, pushes, scanned, gscanned int
	work                                         int
}

const shift = levelBits

func newPush(n *network) *push {
	nodes := len(n.firms)
	p := &push{network: n, label: make([]int64, nodes), tent: make([]int32, nodes), current: make([]int32, nodes), queue: make([]int32, nodes), queued: make([]bool, nodes)}
	p.head, p.other, p.room = make([]uint32, len(n.edges)), make([]int32, len(n.edges)), make([]money.Minor, len(n.edges))
	for i, e := range n.edges {
		p.head[i], p.other[i], p.room[i] = uint32(e.head), e.other, e.room
		if e.room > 0 {
			p.head[i] |= openBit
		}
		if n.edges[e.other].room > 0 {
			p.head[i] |= backBit
		}
	}
	return p
}

func (p *push) enqueue(u int32) {
	if p.queued[u] {
		return
	}
	p.queued[u] = true
	at := p.qhead + p.qlen
	if at >= len(p.queue) {
		at -= len(p.queue)
	}
	p.queue[at] = u
	p.qlen++
}

func (p *push) run() {
	for u, e := range p.excess {
		if e > 0 {
			p.enqueue(int32(u))
		}
	}
	p.update()
	limit := 4 * len(p.edges)
	for p.qlen > 0 {
		u := p.queue[p.qhead]
		p.qhead++
		if p.qhead == len(p.queue) {
			p.qhead = 0
		}
		p.qlen--
		p.queued[u] = false
		p.discharge(u)
		if p.work > limit && p.qlen > 0 {
			p.update()
			p.work = 0
		}
	}
}

func (p *push) discharge(u int32) {
	excess := p.excess[u]
	for {
		own := p.label[u]
		middle, end := p.middle[u], p.first[u+1]
		at := p.current[u]
		cost := int64(1) << shift
		if at >= middle {
			cost = -cost
		}
		for ; at < end; at++ {
			if at == middle {
				cost = -1 << shift
			}
			p.scanned++
			h := p.head[at]
			if h&openBit == 0 {
				continue
			}
			v := h & headMask
			if p.label[v]+cost >= own {
				continue
			}
			sent := min(excess, p.room[at])
			excess -= sent
			p.pushes++
			o := p.other[at]
			p.room[at] -= sent
			p.room[o] += sent
			p.head[o] |= openBit
			p.head[at] |= backBit
			if p.room[at] == 0 {
				p.head[at] &^= openBit
				p.head[o] &^= backBit
			}
			before := p.excess[v]
			p.excess[v] = before + sent
			if before <= 0 && before+sent > 0 {
				p.enqueue(int32(v))
			}
			if excess == 0 {
				break
			}
		}
		p.current[u] = at
		if excess == 0 {
			break
		}
		p.relabel(u)
	}
	p.excess[u] = 0
}

func (p *push) relabel(u int32) {
	p.relabels++
	best := int64(math.MaxInt64)
	middle, end := p.middle[u], p.first[u+1]
	p.work += int(end-p.first[u]) + 12
	for at := p.first[u]; at < middle; at++ {
		if h := p.head[at]; h&openBit != 0 {
			best = min(best, p.label[h&headMask]+1<<shift)
		}
	}
	for at := middle; at < end; at++ {
		if h := p.head[at]; h&openBit != 0 {
			best = min(best, p.label[h&headMask]-1<<shift)
		}
	}
	p.label[u] = best + 1
	p.current[u] = p.first[u]
}

func (p *push) update() {
	p.updates++
	for u := range p.tent {
		p.tent[u] = far
	}
	left := 0
	for u, e := range p.excess {
		p.current[u] = p.first[u]
		if e > 0 {
			left++
		}
		if e < 0 {
			p.tent[u] = 0
			// distances are relative: potential of a deficit stays
			p.tent[u] = int32(p.label[u] >> shift)
			p.buckets.put(0, int32(u))
			p.label[u] = p.label[u] >> shift << shift
		}
	}
	last := int32(0)
	for distance := int32(0); int(distance) < len(p.buckets) && left > 0; distance++ {
		for i := 0; i < len(p.buckets[distance]); i++ {
			v := p.buckets[distance][i]
			potential := p.tent[v]
			if potential-int32(p.label[v]>>shift) != distance || p.label[v]&settled != 0 {
				continue
			}
			p.label[v] |= settled
			last = distance
			if p.excess[v] > 0 {
				left--
			}
			level := p.label[v] & levelMask &^ settled
			p.gscanned += int(p.first[v+1] - p.first[v])
			cost := int32(-1)
			middle := p.middle[v]
			for at := p.first[v]; at < p.first[v+1]; at++ {
				if at == middle {
					cost = 1
				}
				h := p.head[at]
				if h&backBit == 0 {
					continue
				}
				w := h & headMask
				t := potential + cost
				if t < p.tent[w] {
					p.tent[w] = t
					old := int32(p.label[w] >> shift)
					p.label[w] = int64(old)<<shift | (level + 1)
					p.buckets.put(t-old, int32(w))
				}
			}
		}
	}
	if left > 0 {
		panic("unreachable")
	}
	p.buckets.empty()
	for u := range p.tent {
		if p.label[u]&settled != 0 {
			p.label[u] = int64(p.tent[u])<<shift | (p.label[u] & levelMask &^ settled)
		} else {
			p.label[u] = (p.label[u]>>shift + int64(last)) << shift
		}
	}
}

const settled = 1 << 31

// buckets hold nodes by distance.
type buckets [][]int32

func (b *buckets) put(distance, u int32) {
	for int(distance) >= len(*b) {
		*b = append(*b, nil)
	}
	(*b)[distance] = append((*b)[distance], u)
}

func (b buckets) empty() {
	for d := range b {
		b[d] = b[d][:0]
	}
}
