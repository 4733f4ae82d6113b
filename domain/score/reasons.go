package score

import (
	"math/bits"
	"slices"
)

// Reason is what one feature adds to a score.
type Reason struct {
	Feature   int
	Fact      int64
	Units     int64
	Shortfall int64 // units that the feature's best attribute would have given above these; 0 for what only trees use
}

// Reasons explains a score: the units that stand before any fact is known, and what each feature adds, with features of no effect
// left out and the rest by feature. The base and the units of all reasons are the score exactly.
//
// A characteristic adds its attribute's units. A tree adds the Shapley values of its leaves, where a feature that is not known is
// averaged over by the cover of the nodes (S. Lundberg and others, Consistent Individualized Feature Attribution for Tree
// Ensembles, 2018, path-dependent form): reckoned in fixed point of 30 bits, every leaf's part cut to 20 bits, and rounded by largest
// remainder, of equal ones the first feature, so that the sum holds.
func (s *Scorer) Reasons(facts []int64) (base int64, reasons []Reason) {
	score := s.Score(facts)
	count := len(s.table.Features)
	exact, parts, best := make([]int64, count), make([]int64, count), make([]int64, count)
	used := make([]bool, count)
	base = s.table.Base
	for i := range s.cards {
		c := &s.cards[i]
		units := s.units[s.attribute(c, facts)]
		end := c.unit + c.bounds + 2
		exact[c.feature] += units
		best[c.feature] += slices.Max(s.units[c.unit:end]) - units
		used[c.feature] = true
	}
	var expected int64 // 20 bits of fraction
	for i := range s.table.Trees {
		expected += explain(&s.table, s.table.Trees[i].Nodes, facts, parts)
	}
	base += roundShift(expected)
	rest := score - base
	for i := range exact {
		rest -= exact[i]
	}
	spread(parts, rest)
	for i := range exact {
		if exact[i]+parts[i] != 0 || used[i] {
			reasons = append(reasons, Reason{Feature: i, Fact: facts[i], Units: exact[i] + parts[i], Shortfall: best[i]})
		}
	}
	return base, reasons
}

// roundShift rounds 20 bits of fraction away, half up.
func roundShift(value int64) int64 { return (value + 1<<19) >> 20 }

// spread rounds parts of 20 bits of fraction to integers whose sum is the given one. What is left after cutting goes by one to the
// largest remainders; the sum differs from that of the parts by what fixed point and the base lose, so it may go round more than once.
func spread(parts []int64, sum int64) {
	type remainder struct {
		place int
		rest  int64
	}
	var order []remainder
	for i, part := range parts {
		if part == 0 {
			continue
		}
		parts[i] = part >> 20
		order = append(order, remainder{i, part & (1<<20 - 1)})
		sum -= parts[i]
	}
	if len(order) == 0 {
		// No tree asks anything, or none that matters: the residue of rounding has one place to go.
		if sum != 0 {
			parts[0] += sum
		}
		return
	}
	slices.SortStableFunc(order, func(a, b remainder) int {
		switch {
		case a.rest > b.rest:
			return -1
		case a.rest < b.rest:
			return 1
		}
		return a.place - b.place
	})
	for i := 0; sum > 0; i, sum = (i+1)%len(order), sum-1 {
		parts[order[i].place]++
	}
	for i := len(order) - 1; sum < 0; i, sum = (i+len(order)-1)%len(order), sum+1 {
		parts[order[i].place]--
	}
}

const one = 1 << 30

// path is the features that are asked between the root and a node: how much of the cover follows the way when the feature is not
// known, and whether the facts do.
type path struct {
	features []int
	shares   []uint64 // of 2^30
	follows  []bool
}

// explain adds the Shapley values of one tree's leaves to parts and returns what is expected of the tree, with 20 bits of fraction.
func explain(t *Table, nodes []Node, facts []int64, parts []int64) int64 {
	type visit struct {
		node  int
		cover uint64 // share of the root's, 30 bits
		path
	}
	var expected int64
	stack := []visit{{node: 0, cover: one}}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n := &nodes[v.node]
		if n.Leaf() {
			expected += signed(n.Units, v.cover)
			v.path.add(n.Units, parts)
			continue
		}
		left := t.goesLeft(n, facts[n.Feature])
		// A table need not say that the covers of two children add up to their parent's, so the shares are of both.
		share := portion(uint64(nodes[n.Left].Cover), uint64(nodes[n.Left].Cover+nodes[n.Right].Cover))
		for _, side := range []struct {
			node    int
			share   uint64
			follows bool
		}{{n.Right, one - share, !left}, {n.Left, share, left}} {
			stack = append(stack, visit{side.node, times(v.cover, side.share), v.path.with(n.Feature, side.share, side.follows)})
		}
	}
	return expected
}

func (t *Table) goesLeft(n *Node, fact int64) bool {
	switch {
	case n.Set > 0:
		m := membership{t.Sets[n.Set-1], n.MissingLeft}
		return m.holds(fact)
	case fact == Missing:
		return n.MissingLeft
	}
	return fact <= n.Limit
}

// with is the path one question further; a feature asked again stands once.
func (p path) with(feature int, share uint64, follows bool) path {
	q := path{slices.Clone(p.features), slices.Clone(p.shares), slices.Clone(p.follows)}
	if i := slices.Index(q.features, feature); i >= 0 {
		q.shares[i], q.follows[i] = times(q.shares[i], share), q.follows[i] && follows
		return q
	}
	return path{append(q.features, feature), append(q.shares, share), append(q.follows, follows)}
}

// add gives each feature of the path its Shapley value in the game whose value is the leaf's units when every known feature follows
// the path, times the shares of the unknown ones. Of a feature i among m it is units × (follows_i − share_i) × Σ_k e_k ÷ (m × C(m−1,k)),
// where e_k sums, over the sets of k others that are known and follow, the product of the shares of those that are not in the set.
func (p path) add(units int64, parts []int64) {
	m := len(p.features)
	if m == 0 || units == 0 {
		return
	}
	var sums [DepthMax + 1]uint64
	for i := range p.features {
		clear(sums[:m])
		sums[0] = one
		for j, count := 0, 0; j < m; j++ {
			if j == i {
				continue
			}
			count++
			for k := count; k >= 0; k-- {
				known := uint64(0)
				if k > 0 && p.follows[j] {
					known = sums[k-1]
				}
				sums[k] = times(sums[k], p.shares[j]) + known
			}
		}
		var weight, choose uint64 = 0, 1
		for k := range m {
			weight += sums[k] / (uint64(m) * choose)
			choose = choose * uint64(m-1-k) / uint64(k+1)
		}
		if p.follows[i] {
			parts[p.features[i]] += signed(units, times(weight, one-p.shares[i]))
		} else {
			parts[p.features[i]] -= signed(units, times(weight, p.shares[i]))
		}
	}
}

// times multiplies two numbers of 30 bits of fraction.
func times(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high<<34 | low>>30
}

// portion is a ÷ b, a at most b, with 30 bits of fraction.
func portion(a, b uint64) uint64 {
	quotient, _ := bits.Div64(a>>34, a<<30, b)
	return quotient
}

// signed is units × share of 2^30, with 20 bits of fraction, cut towards zero.
func signed(units int64, share uint64) int64 {
	magnitude := uint64(units)
	if units < 0 {
		magnitude = uint64(-units)
	}
	high, low := bits.Mul64(magnitude, share)
	result := int64(high<<54 | low>>10)
	if units < 0 {
		return -result
	}
	return result
}
