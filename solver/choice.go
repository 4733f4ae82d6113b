package solver

import (
	"slices"

	"millrace/domain/money"
)

// choice is the network of the debts among which there is a choice: those that clear nothing more and nothing less under the
// certificate, and lie on a circle over which they can. A circle changes what is cleared of each debt, but not the total. Each arc
// clears its steps one after the other, and each step has a weight; what is sought is the flow of least weight.
type choice struct {
	firms   []int32 // the firm of each node
	first   []int32 // edges of each node
	head    []uint32
	other   []int32
	step    []int32       // of each edge, the step that it would fill or empty
	weight  []int32       // of that step, below zero where it would be emptied
	under   []int32       // and the weight of its opposite
	room    []money.Minor // of that step
	steps   []step        // of all arcs, with an empty one before and after those of each
	forward []placed
	excess  []money.Minor
}

// step is a part of what an arc owes.
type step struct {
	width  money.Minor
	weight int32 // above zero, and rising over the steps of an arc
}

// placed is an arc's edge at its debtor.
type placed struct{ arc, edge int32 }

// How many edges may be looked at for finding the least weight.
const (
	effortLeast   = 20_000_000
	effortPerDebt = 120
)

// choose finds among all that clear as much, for the same cash, what has the least weight. Where that takes more than the
// effort, it stays with what was balanced last, and returns false.
func (s *settlement) choose(m *measure, effort int) bool {
	if m.lightest == m.heaviest {
		return true
	}
	c := s.choice(m)
	if len(c.firms) == 0 {
		return true
	}
	return (&weigh{choice: c, effort: effort}).run(s.potential, func() {
		for _, p := range c.forward {
			s.cleared[p.arc] = c.filled(p.edge)
		}
	})
}

// choice makes the network.
func (s *settlement) choice(m *measure) *choice {
	parts := s.turnable()
	c := &choice{steps: make([]step, 1)}
	node := make([]int32, len(parts.of))
	for i, firm := range parts.order {
		group := parts.of[firm]
		if i > 0 && parts.of[parts.order[i-1]] == group || i+1 < len(parts.order) && parts.of[parts.order[i+1]] == group {
			node[firm] = int32(len(c.firms))
			c.firms = append(c.firms, firm)
		}
	}
	c.first, c.excess = make([]int32, len(c.firms)+1), make([]money.Minor, len(c.firms))
	each := func(do func(u, v, at int32)) {
		for _, firm := range c.firms {
			for at := s.firstArc[firm]; at < s.firstArc[firm+1]; at++ {
				if creditor := s.creditor[at]; parts.of[creditor] == parts.of[firm] && s.tight(firm, at) {
					do(node[firm], node[creditor], at)
				}
			}
		}
	}
	each(func(u, v, _ int32) {
		c.first[u+1]++
		c.first[v+1]++
	})
	for u := range c.firms {
		c.first[u+1] += c.first[u]
	}
	edges := c.first[len(c.firms)]
	c.head, c.other, c.step = make([]uint32, edges), make([]int32, edges), make([]int32, edges)
	c.under = make([]int32, edges)
	c.weight, c.room, c.forward = make([]int32, edges), make([]money.Minor, edges), make([]placed, 0, edges/2)
	next := slices.Clone(c.first)
	each(func(u, v, at int32) {
		e, o := next[u], next[v]
		next[u]++
		next[v]++
		c.join(u, v, e, o)
		c.steps = append(m.appendSteps(c.steps, &s.arcs, at), step{})
		c.fill(e, s.cleared[at])
		c.forward = append(c.forward, placed{at, e})
	})
	return c
}

// join makes the edges of an arc whose steps are about to be added.
func (c *choice) join(u, v, e, o int32) {
	c.head[e], c.other[e], c.step[e] = uint32(v), o, int32(len(c.steps))
	c.head[o], c.other[o], c.step[o] = uint32(u), e, int32(len(c.steps))
}

// fill clears an amount of an arc whose steps were added last.
func (c *choice) fill(e int32, amount money.Minor) {
	first, o := c.steps[c.step[e]], c.other[e]
	c.weight[e], c.room[e], c.weight[o] = first.weight, first.width, -first.weight
	c.under[e], c.under[o] = -first.weight, first.weight
	c.head[e] |= open
	c.head[o] |= back
	for amount > 0 {
		part := min(amount, c.room[e])
		c.move(e, part)
		amount -= part
	}
}

// filled is what an arc clears.
func (c *choice) filled(e int32) money.Minor {
	sum := -c.room[e]
	for i := c.step[e]; c.steps[i].width > 0; i-- {
		sum += c.steps[i].width
	}
	return sum
}

// tight tells whether an arc may clear more or less without any change to the total.
func (s *settlement) tight(debtor, at int32) bool {
	creditor := s.creditor[at]
	return s.potential[debtor] == s.potential[creditor]+1 && s.amount[at] > 0
}

// turnable finds the components of firms that can reach one another over tight arcs that may clear more, or backwards, less.
func (s *settlement) turnable() components {
	firms := int32(len(s.potential))
	both := arcs{firstArc: make([]int32, firms+2)}
	for pass := range 2 {
		for u := range firms {
			for at := s.firstArc[u]; at < s.firstArc[u+1]; at++ {
				if !s.tight(u, at) {
					continue
				}
				v := s.creditor[at]
				if s.cleared[at] < s.amount[at] {
					both.tie(u, v, pass)
				}
				if s.cleared[at] > 0 {
					both.tie(v, u, pass)
				}
			}
		}
		if pass == 0 {
			for u := range firms {
				both.firstArc[u+1] += both.firstArc[u]
			}
			both.creditor = make([]int32, both.firstArc[firms])
			copy(both.firstArc[1:], both.firstArc[:firms+1])
			both.firstArc[0] = 0
		}
	}
	both.firstArc = both.firstArc[:firms+1]
	return connect(&both)
}

// tie counts an arc in the first pass, and enters it in the second.
func (a *arcs) tie(u, v int32, pass int) {
	if pass == 1 {
		a.creditor[a.firstArc[u+1]] = v
	}
	a.firstArc[u+1]++
}

// move clears more along an edge, by no more than there is room for. Where the step is full, the edge goes on to the next one; its
// opposite leads back over the step entered last.
func (c *choice) move(at int32, amount money.Minor) {
	opposite := c.other[at]
	if c.step[opposite] != c.step[at] {
		c.step[opposite], c.weight[opposite], c.room[opposite], c.under[at] = c.step[at], -c.weight[at], 0, -c.weight[at]
	}
	c.room[at] -= amount
	c.room[opposite] += amount
	c.head[at] |= back
	c.head[opposite] |= open
	if c.room[at] > 0 {
		return
	}
	next := c.step[at] + 1
	if c.weight[at] < 0 {
		next -= 2
	}
	switch s := c.steps[next]; {
	case s.width == 0:
		c.head[at] &^= open
		c.head[opposite] &^= back
	case c.weight[at] < 0:
		c.step[at], c.weight[at], c.room[at], c.under[opposite] = next, -s.weight, s.width, -s.weight
	default:
		c.step[at], c.weight[at], c.room[at], c.under[opposite] = next, s.weight, s.width, s.weight
	}
}
