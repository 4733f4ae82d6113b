package solver

import (
	"math"

	"millrace/domain/clearing"
	"millrace/domain/money"
)

// edge is one direction of an arc, or of a way to give or to keep cash.
type edge struct {
	room  money.Minor
	head  int32
	other int32 // the place of the opposite direction
}

// cash is the network in which money runs from its giver over firms that pay one another to those that keep it: from one node to
// firms up to their caps, along debts not yet cleared (each clears 1) or back over cleared ones, and from any firm to the last node.
// Each phase fills all ways of greatest gain (primal-dual; in each, levels and blocking flows as in E. A. Dinic, "Algorithm for
// solution of a problem of maximum flow in networks with power estimation", Soviet Mathematics Doklady 11, 1970).
type cash struct {
	first   []int32 // edges of each node
	edges   []edge
	cost    []int8  // of each edge, the debt cleared taken negative
	label   []int64 // potential above levelBits, level in the search below
	dist    []int32
	current []int32
	queue   buckets
	forward []int32 // of each arc its edge, or -1 for a loop
	touched []int32
	way     []int32       // edges of the way under construction
	narrow  []money.Minor // and the least room up to each
	excess  money.Minor   // cash still to be spent
	spent   money.Minor
	rounds  int
}

const (
	levelBits = 32
	levelMask = 1<<levelBits - 1
)

// spend lets cash clear what it can, and draws the curve if that is asked for, within the same caps. Without liquidity nothing is
// changed. What the cash of the instance clears is taken before the curve goes on.
func (s *settlement) spend(liquidity *clearing.Liquidity, curve Curve) []Point {
	total := money.Minor(0)
	for _, cleared := range s.cleared {
		total += cleared
	}
	give := make([]money.Minor, len(s.potential))
	for firm := range give {
		give[firm] = math.MaxInt64
		if liquidity != nil && liquidity.Caps != nil {
			give[firm] = liquidity.Caps[firm]
		}
	}
	c := s.cash(give, liquidity)
	points := []Point{{0, total}}
	if liquidity != nil {
		c.excess = liquidity.Total
		points = c.run(points)
		s.take(c)
		if c.excess == 0 {
			s.price = c.price()
		}
		s.phases += c.rounds
	}
	if curve == WithoutCurve {
		return nil
	}
	c.excess = math.MaxInt64 - c.spent
	return c.run(points)
}

// take brings back what the network has found.
func (s *settlement) take(c *cash) {
	for at, e := range c.forward {
		if e >= 0 {
			s.cleared[at] = s.amount[at] - c.edges[e].room
		}
	}
	for firm := range s.potential {
		s.potential[firm] = c.potential(int32(firm)) - c.potential(c.last())
	}
}

func (c *cash) giver() int32 { return int32(len(c.first) - 3) }
func (c *cash) last() int32  { return int32(len(c.first) - 2) }

func (c *cash) potential(u int32) int32 { return int32(c.label[u] >> levelBits) }

// price is what one more unit of cash clears, while there are firms below their caps.
func (c *cash) price() int32 { return max(0, c.potential(c.giver())-c.potential(c.last())) }

// cash builds the network over all arcs but loops, with what each firm can be given; it can pass on
// anything to the last node, unless it may not be left with cash.
func (s *settlement) cash(give []money.Minor, liquidity *clearing.Liquidity) *cash {
	firms := len(s.potential)
	c := &cash{first: make([]int32, firms+3), forward: make([]int32, len(s.creditor)),
		label: make([]int64, firms+2), dist: make([]int32, firms+2), current: make([]int32, firms+2)}
	next := s.degrees(c)
	join := func(u, v int32, room, back money.Minor, cost int8) int32 {
		e, o := next[u], next[v]
		next[u]++
		next[v]++
		c.edges[e], c.edges[o] = edge{room: room, head: v, other: o}, edge{room: back, head: u, other: e}
		c.cost[e], c.cost[o] = cost, -cost
		return e
	}
	shut := liquidity != nil && liquidity.Shut != nil
	unspent := money.Minor(0)
	if shut { // cash that would clear less than nothing is not spent
		unspent = math.MaxInt64
	}
	join(c.giver(), c.last(), unspent, 0, 0)
	lowest, highest := int32(far), int32(-far)
	for u := range int32(firms) {
		for at := s.firstArc[u]; at < s.firstArc[u+1]; at++ {
			c.forward[at] = -1
			if v := s.creditor[at]; v != u {
				c.forward[at] = join(u, v, s.amount[at]-s.cleared[at], s.cleared[at], -1)
			}
		}
		join(c.giver(), u, give[u], 0, 0)
		keep := money.Minor(math.MaxInt64)
		if shut && liquidity.Shut[u] {
			keep = 0
		}
		join(u, c.last(), keep, 0, 0)
		lowest, highest = min(lowest, s.potential[u]), max(highest, s.potential[u])
		c.label[u] = int64(s.potential[u]) << levelBits
	}
	c.label[c.giver()], c.label[c.last()] = int64(highest)<<levelBits, int64(lowest)<<levelBits
	for u := range c.dist {
		c.dist[u] = far
	}
	return c
}

// degrees makes room for the edges, and returns where those of each node begin.
func (s *settlement) degrees(c *cash) []int32 {
	firms := int32(len(s.potential))
	next := make([]int32, firms+2)
	for u := range firms {
		for at := s.firstArc[u]; at < s.firstArc[u+1]; at++ {
			if v := s.creditor[at]; v != u {
				next[u]++
				next[v]++
			}
		}
		next[u] += 2
	}
	next[c.giver()], next[c.last()] = firms+1, firms+1
	for u, degree := range next {
		c.first[u+1] = c.first[u] + degree
		next[u] = c.first[u]
	}
	c.edges, c.cost = make([]edge, c.first[firms+2]), make([]int8, c.first[firms+2])
	return next
}

// run spends the excess while it clears anything, and adds the corners of the curve to the points. The last corner is where the
// cash ends.
func (c *cash) run(points []Point) []Point {
	for c.excess > 0 {
		reached := c.search()
		if reached == far || c.price() == 0 {
			break
		}
		c.rounds++
		price, before := money.Minor(c.price()), c.spent
		c.fill()
		points = extend(points, c.spent-before, price)
	}
	return points
}

// extend draws the curve on at a slope, and keeps only corners.
func extend(points []Point, cash, slope money.Minor) []Point {
	end := points[len(points)-1]
	if len(points) > 1 {
		if before := points[len(points)-2]; end.Cleared-before.Cleared == slope*(end.Cash-before.Cash) {
			points = points[:len(points)-1]
		}
	}
	return append(points, Point{end.Cash + cash, end.Cleared + cash*slope})
}

// search computes the shortest ways from the giver, so far as the last node is, and raises the potentials to them. It returns how
// much longer than before the shortest way is, or far where there is none; then nothing changes.
func (c *cash) search() int32 {
	c.reset()
	u := c.giver()
	c.dist[u], c.label[u] = 0, c.label[u]|1
	c.touched = append(c.touched, u)
	c.queue.put(0, u)
	reached := int32(far)
	for u, at := c.queue.take(); u >= 0 && at <= int64(reached); u, at = c.queue.take() {
		distance := int32(at)
		switch {
		case c.dist[u] != distance:
		case u == c.last():
			reached = distance
		default:
			c.scan(u, distance, reached)
		}
	}
	c.queue.empty()
	for _, u := range c.touched {
		if c.dist[u] <= reached {
			if reached != far {
				c.label[u] += int64(c.dist[u]-reached) << levelBits
			}
			c.current[u] = c.first[u]
		} else {
			c.label[u] &^= levelMask
		}
		c.dist[u] = far
	}
	return reached
}

// reset forgets the levels of the search before.
func (c *cash) reset() {
	for _, u := range c.touched {
		c.label[u] &^= levelMask
	}
	c.touched = c.touched[:0]
}

func (c *cash) scan(u, distance, reached int32) {
	level, potential := c.label[u]&levelMask, c.potential(u)
	for at := c.first[u]; at < c.first[u+1]; at++ {
		e := &c.edges[at]
		if e.room == 0 {
			continue
		}
		v := e.head
		d := distance + potential + int32(c.cost[at]) - c.potential(v)
		if d < c.dist[v] && d <= reached {
			if c.dist[v] == far {
				c.touched = append(c.touched, v)
			}
			c.dist[v] = d
			c.label[v] = c.label[v]&^levelMask | (level + 1)
			c.queue.put(int64(d), v)
		}
	}
}

// fill sends what it can over shortest ways, each edge of which leads one level up.
func (c *cash) fill() {
	c.way, c.narrow = c.way[:0], c.narrow[:0]
	u := c.giver()
	for c.excess > 0 {
		if u == c.last() {
			u = c.send()
			continue
		}
		at := c.advance(u)
		if at >= 0 {
			room := c.edges[at].room
			if len(c.narrow) > 0 {
				room = min(room, c.narrow[len(c.narrow)-1])
			}
			c.way, c.narrow = append(c.way, at), append(c.narrow, room)
			u = c.edges[at].head
			continue
		}
		if len(c.way) == 0 {
			return
		}
		last := len(c.way) - 1
		u = c.edges[c.edges[c.way[last]].other].head
		c.current[u]++
		c.way, c.narrow = c.way[:last], c.narrow[:last]
	}
}

// send fills the way, and returns the node at which it has to be continued.
func (c *cash) send() int32 {
	sent := min(c.excess, c.narrow[len(c.narrow)-1])
	c.excess -= sent
	c.spent += sent
	back := len(c.way)
	for i := len(c.way) - 1; i >= 0; i-- {
		e := &c.edges[c.way[i]]
		e.room -= sent
		c.edges[e.other].room += sent
		c.narrow[i] -= sent
		if e.room == 0 {
			back = i
		}
	}
	if back == len(c.way) { // the cash is spent
		return c.last()
	}
	u := c.edges[c.edges[c.way[back]].other].head
	c.way, c.narrow = c.way[:back], c.narrow[:back]
	return u
}

// advance finds the next edge of a shortest way out of a node, or -1.
func (c *cash) advance(u int32) int32 {
	own := c.label[u] + 1
	for ; c.current[u] < c.first[u+1]; c.current[u]++ {
		at := c.current[u]
		e := &c.edges[at]
		if e.room > 0 && c.label[e.head] == own+int64(c.cost[at])<<levelBits {
			return at
		}
	}
	return -1
}
