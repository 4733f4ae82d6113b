package solver

import "millrace/domain/money"

// edge is one direction of an arc in the residual network: how much more can go this way.
type edge struct {
	room  money.Minor
	head  int32
	other int32 // the place of the opposite direction
}

// network is the graph in which the debts that remain flow: from firms that owe more than they are owed to those that are owed
// more, over as few debts as possible. What does not remain is set off. Each arc has a forward edge of cost 1 at its debtor and a
// backward edge of cost -1 at its creditor.
type network struct {
	first  []int32 // edges of each node: forward ones from first, backward ones from middle
	middle []int32
	edges  []edge
	excess []money.Minor // still to be carried away from a node; below zero, to be brought
	firms  []int32       // the firm of each node
	arc    []int32       // the arc of each forward edge, in the order of edges without the backward ones
}

// cyclic makes the network of the arcs inside components; loops and components of one firm are left out.
func cyclic(a *arcs, c *components) *network {
	node := make([]int32, len(c.of))
	n := &network{}
	for i, firm := range c.order {
		group := c.of[firm]
		alone := (i == 0 || c.of[c.order[i-1]] != group) && (i+1 == len(c.order) || c.of[c.order[i+1]] != group)
		node[firm] = -1
		if !alone {
			node[firm] = int32(len(n.firms))
			n.firms = append(n.firms, firm)
		}
	}
	return n.build(a, func(debtor, creditor int32) bool { return c.of[debtor] == c.of[creditor] && debtor != creditor }, node)
}

// build fills the network with the arcs that are kept.
func (n *network) build(a *arcs, kept func(debtor, creditor int32) bool, node []int32) *network {
	nodes := len(n.firms)
	n.first, n.middle, n.excess = make([]int32, nodes+1), make([]int32, nodes), make([]money.Minor, nodes)
	claims := make([]int32, nodes)
	count := int32(0)
	for u, firm := range n.firms {
		for at := a.firstArc[firm]; at < a.firstArc[firm+1]; at++ {
			if creditor := a.creditor[at]; kept(firm, creditor) {
				n.middle[u]++
				claims[node[creditor]]++
				count++
			}
		}
	}
	n.edges, n.arc = make([]edge, 2*count), make([]int32, count)
	total := int32(0)
	for u := range nodes {
		n.first[u] = total
		n.middle[u] += total
		total = n.middle[u] + claims[u]
		claims[u] = n.middle[u]
	}
	n.first[nodes] = total
	kth := 0
	for u, firm := range n.firms {
		place := n.first[u]
		for at := a.firstArc[firm]; at < a.firstArc[firm+1]; at++ {
			creditor := a.creditor[at]
			if !kept(firm, creditor) {
				continue
			}
			v := node[creditor]
			n.edges[place] = edge{room: a.amount[at], head: v, other: claims[v]}
			n.edges[claims[v]] = edge{head: int32(u), other: place}
			n.excess[u] += a.amount[at]
			n.excess[v] -= a.amount[at]
			n.arc[kth] = at
			claims[v]++
			place++
			kth++
		}
	}
	return n
}
