package solver

// components are the strongly connected components: firms that can reach each other over debts. A debt between two of them lies on
// no circle, so that nothing of it can be set off.
type components struct {
	of    []int32 // component of each firm; an arc leads to the same or a lower number
	order []int32 // the firms by component
	count int32
}

// connect finds them (R. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1, 1972), without recursion.
func connect(a *arcs) components {
	firms := int32(len(a.firstArc) - 1)
	c := components{of: make([]int32, firms), order: make([]int32, 0, firms)}
	low, next := make([]int32, firms), make([]int32, firms)
	copy(next, a.firstArc)
	var open, path []int32
	found := int32(0)
	for root := range firms {
		if low[root] != 0 {
			continue
		}
		found++
		low[root] = found
		open, path = append(open, root), append(path, root)
		c.of[root] = -found // while open, the number in order of discovery
		for len(path) > 0 {
			u := path[len(path)-1]
			if at := next[u]; at < a.firstArc[u+1] {
				next[u]++
				v := a.creditor[at]
				switch {
				case low[v] == 0:
					found++
					low[v], c.of[v] = found, -found
					open, path = append(open, v), append(path, v)
				case c.of[v] < 0:
					low[u] = min(low[u], -c.of[v])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				parent := path[len(path)-1]
				low[parent] = min(low[parent], low[u])
			}
			if low[u] == -c.of[u] {
				for {
					v := open[len(open)-1]
					open = open[:len(open)-1]
					c.of[v] = c.count
					c.order = append(c.order, v)
					if v == u {
						break
					}
				}
				c.count++
			}
		}
	}
	return c
}
