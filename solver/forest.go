package solver

import (
	"millrace/domain/money"
)

// forest holds partly cleared arcs that make no circle, whichever way each points. What an arc clears may move between the bounds of
// the one debt that is partly cleared; at either of them it leaves the forest.
type forest struct {
	*settlement
	debtor []int32 // of each arc that was partly cleared at first, by its place among them
	arc    []int32
	low    []money.Minor // the bounds of what it clears
	high   []money.Minor
	weight []int64 // of the step that is partly cleared
	up     []int32 // of each firm, the firm above it, or -1
	link   []int32 // and the place of the arc that leads there
	mark   []int64 // in the search for a circle: which search visited a firm, below zero from the creditor's side
	search int64
}

// prune turns circles of partly cleared steps until none is left: on each, what some arcs clear less others clear more, until one
// comes to a bound. The total stays, as partly cleared arcs cost nothing under the certificate. What is left is a forest: at most
// one debt less than there are firms is cleared in part, or with proportional shares, at most one direction less than there are
// firms is not cleared by whole slices.
func (s *settlement) prune(m *measure) {
	firms := len(s.potential)
	f := &forest{settlement: s, up: make([]int32, firms), link: make([]int32, firms), mark: make([]int64, firms)}
	var steps []step
	for u := range int32(firms) {
		f.up[u] = -1
		for at := s.firstArc[u]; at < s.firstArc[u+1]; at++ {
			if cleared := s.cleared[at]; cleared > 0 && cleared < s.amount[at] {
				steps = m.appendSteps(steps[:0], &s.arcs, at)
				low, i := money.Minor(0), 0
				for ; low+steps[i].width < cleared; i++ {
					low += steps[i].width
				}
				f.debtor, f.arc, f.weight = append(f.debtor, u), append(f.arc, at), append(f.weight, int64(steps[i].weight))
				f.low, f.high = append(f.low, low), append(f.high, low+steps[i].width)
			}
		}
	}
	for place := range f.arc {
		f.insert(int32(place))
	}
}

func (f *forest) partly(place int32) bool {
	cleared := f.cleared[f.arc[place]]
	return f.low[place] < cleared && cleared < f.high[place]
}

// insert adds an arc to the forest, or turns the circles that it closes.
func (f *forest) insert(place int32) {
	debtor, creditor := f.debtor[place], f.creditor[f.arc[place]]
	for f.partly(place) {
		top := f.meet(debtor, creditor)
		if top < 0 {
			f.hang(debtor, creditor, place)
			return
		}
		f.turn(place, debtor, creditor, top)
	}
}

// meet walks up from two firms by turns, and returns where the ways meet, or -1.
func (f *forest) meet(u, v int32) int32 {
	f.search++
	f.mark[u], f.mark[v] = f.search, -f.search
	for u >= 0 || v >= 0 {
		if u >= 0 {
			if u = f.up[u]; u >= 0 {
				if f.mark[u] == -f.search {
					return u
				}
				f.mark[u] = f.search
			}
		}
		if v >= 0 {
			if v = f.up[v]; v >= 0 {
				if f.mark[v] == f.search {
					return v
				}
				f.mark[v] = -f.search
			}
		}
	}
	return -1
}

// hang makes the debtor the root of its tree and hangs it under the creditor.
func (f *forest) hang(debtor, creditor, place int32) {
	for u, above, link := debtor, creditor, place; u >= 0; {
		u, above, link, f.up[u], f.link[u] = f.up[u], u, f.link[u], above, link
	}
}

// turn clears as much more of the arc as its circle allows, or as much less: the way in which older debts are cleared for heavier
// ones, or if that is alike, the smaller change.
func (f *forest) turn(place, debtor, creditor, top int32) {
	more, less := f.high[place]-f.cleared[f.arc[place]], f.cleared[f.arc[place]]-f.low[place]
	heavier := f.weight[place] // by how many days what would be cleared more is heavier than what would be cleared less
	bound := func(rising bool, link int32) {
		heavier += f.weight[link]
		up, down := f.high[link]-f.cleared[f.arc[link]], f.cleared[f.arc[link]]-f.low[link]
		if !rising {
			up, down = down, up
			heavier -= 2 * f.weight[link]
		}
		more, less = min(more, up), min(less, down)
	}
	for v := creditor; v != top; v = f.up[v] {
		bound(f.debtor[f.link[v]] == v, f.link[v])
	}
	for u := debtor; u != top; u = f.up[u] {
		bound(f.debtor[f.link[u]] != u, f.link[u])
	}
	change := more
	if heavier > 0 || heavier == 0 && less < more {
		change = -less
	}
	f.cleared[f.arc[place]] += change
	f.shift(creditor, top, change)
	f.shift(debtor, top, -change)
}

// shift changes what the arcs from a firm up to the top clear: by this much more where they point upwards, less where downwards.
// Arcs that come to a bound leave the forest.
func (f *forest) shift(u, top int32, change money.Minor) {
	for u != top {
		above, link := f.up[u], f.link[u]
		if f.debtor[link] == u {
			f.cleared[f.arc[link]] += change
		} else {
			f.cleared[f.arc[link]] -= change
		}
		if !f.partly(link) {
			f.up[u] = -1
		}
		u = above
	}
}
