package solver

import (
	"slices"

	"millrace/domain/money"
)

// network is the graph in which the debts that remain flow: from firms that owe more than they are owed to those that are owed
// more, over as few debts as possible. What does not remain is set off. Each arc has a forward edge at its debtor, of cost 1, and a
// backward edge at its creditor, of cost -1.
type network struct {
	first  []int32       // edges of each node: forward ones from first, backward ones from middle
	middle []int32       //
	head   []uint32      // of each edge, the node that it leads to, with open and back
	other  []int32       // its opposite
	room   []money.Minor // how much more can go this way; on a forward edge, what is set off of the arc
	excess []money.Minor // still to be carried away from a node; below zero, to be brought
	firms  []int32       // the firm of each node
	arc    []int32       // the arc of each forward edge, in the order of edges without the backward ones
}

// What a head says beside the node: whether there is room this way, and whether the opposite way. So most edges are judged by one
// word of memory. Open is its sign, and shifted to the left, back is.
const (
	open     = 1 << 31
	back     = 1 << 30
	headMask = back - 1
)

// cyclic makes the network of the arcs inside components; loops and components of one firm are left out. Firms with many arcs come
// first, so that what is asked for often lies close together.
func cyclic(a *arcs, c *components) *network {
	degree := make([]int32, len(c.of))
	highest := int32(0)
	for firm := range degree {
		degree[firm] += a.firstArc[firm+1] - a.firstArc[firm]
	}
	for _, creditor := range a.creditor {
		degree[creditor]++
	}
	n := &network{}
	for i, firm := range c.order {
		group := c.of[firm]
		if i > 0 && c.of[c.order[i-1]] == group || i+1 < len(c.order) && c.of[c.order[i+1]] == group {
			n.firms = append(n.firms, firm)
			highest = max(highest, degree[firm])
		}
	}
	count := make([]int32, highest+2)
	for _, firm := range n.firms {
		count[highest-degree[firm]+1]++
	}
	for d := range highest {
		count[d+1] += count[d]
	}
	sorted := make([]int32, len(n.firms))
	node := degree
	for _, firm := range n.firms {
		place := &count[highest-degree[firm]]
		sorted[*place] = firm
		node[firm] = *place
		*place++
	}
	n.firms = sorted
	n.measure(a, c, node)
	n.build(a, c, node)
	return n
}

// measure counts the edges of each node and makes room for them.
func (n *network) measure(a *arcs, c *components, node []int32) {
	nodes := len(n.firms)
	n.first, n.middle, n.excess = make([]int32, nodes+1), make([]int32, nodes), make([]money.Minor, nodes)
	for u, firm := range n.firms {
		for _, creditor := range a.creditor[a.firstArc[firm]:a.firstArc[firm+1]] {
			if c.of[creditor] == c.of[firm] && creditor != firm {
				n.middle[u]++
				n.first[node[creditor]]++
			}
		}
	}
	total, count := int32(0), int32(0)
	for u := range nodes {
		claims := n.first[u]
		count += n.middle[u]
		n.first[u] = total
		n.middle[u] += total
		total = n.middle[u] + claims
	}
	n.first[nodes] = total
	n.head, n.other, n.room, n.arc = make([]uint32, total), make([]int32, total), make([]money.Minor, total), make([]int32, count)
}

// build fills in the edges; at first nothing flows, as if everything were set off.
func (n *network) build(a *arcs, c *components, node []int32) {
	next := slices.Clone(n.middle)
	kth := 0
	for u, firm := range n.firms {
		place := n.first[u]
		for at := a.firstArc[firm]; at < a.firstArc[firm+1]; at++ {
			creditor := a.creditor[at]
			if c.of[creditor] != c.of[firm] || creditor == firm {
				continue
			}
			v := node[creditor]
			opposite := next[v]
			next[v]++
			n.head[place], n.other[place], n.room[place] = uint32(v), opposite, a.amount[at]
			n.head[opposite], n.other[opposite] = uint32(u), place
			if a.amount[at] > 0 {
				n.head[place] |= open
				n.head[opposite] |= back
			}
			n.excess[u] += a.amount[at]
			n.excess[v] -= a.amount[at]
			n.arc[kth] = at
			place++
			kth++
		}
	}
}

// move lets an amount above zero, and no more than there is room for, flow along an edge.
func (n *network) move(at int32, amount money.Minor) {
	opposite := n.other[at]
	n.room[at] -= amount
	n.room[opposite] += amount
	head, reverse := n.head[at]|back, n.head[opposite]|open
	if n.room[at] == 0 {
		head &^= open
		reverse &^= back
	}
	n.head[at], n.head[opposite] = head, reverse
}
