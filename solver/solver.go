// Package solver finds what multilateral set-off can clear at most. Nobody has to trust it: it hands over a certificate, and
// package clearing holds both against each other.
//
// The debts that remain are a flow from the firms that owe more than they are owed to those that are owed more; clearing the most
// means that they flow over as few debts as possible, which is a flow of least cost where every debt costs 1. So Maximise merges
// debts of one direction (order), leaves out what lies on no circle (components), pushes what must remain along the shortest ways
// (push), and spends cash where it clears the most (cash). Among all results that clear as much it then finds the fairest (choice,
// weigh), turns circles of partial set-offs until they make a forest (forest), divides what is cleared among debts of one direction
// (fairness), and checks.
//
// It is sequential and deterministic: the same debts in any order give the same result for each key.
package solver

import (
	"fmt"

	"millrace/domain/clearing"
	"millrace/domain/money"
)

// Fairness is how one is chosen among the results that clear the most.
type Fairness uint8

// The ways to choose. The total and each firm's cash stay as they are. With due dates, or for proportional shares, the choice takes
// once to twice as long as clearing the most. Its work is bounded (choice.go), so that among many debts it may end unproved; then no
// circle of debts could be turned so that weight falls by more than a small bound for each debt on it.
const (
	// OldestFirst sets off the oldest debts: the sum of amount times due date, in days, is the least there is. Days are told apart
	// up to daysMost before the latest due date; debts without one come a day after it. Among debts of one direction the older one
	// is set off whole before the younger, and of one day the one of lower key.
	OldestFirst Fairness = iota
	// Proportional sets off debts that stand in for each other at like shares: what one firm owes another is cut into as many equal
	// slices as there are shares, each of which weighs 1 more than the one before, and the sum of amount times weight is the least
	// there is. Debts of one direction are set off at one share, by largest remainder.
	Proportional
)

// Options are how Maximise is to go about it.
type Options struct {
	Fairness Fairness
	Curve    Curve
	Settled  func() // called when the total is found and half of the memory is free again; nil: nothing
}

// Curve is whether the curve of cash is drawn.
type Curve uint8

// The choices.
const (
	WithoutCurve Curve = iota
	WithCurve          // takes a run of its own, up to where more cash clears nothing
)

// Point is a corner of the curve: so much cash clears so much debt. Between two corners the curve is straight, and it is concave.
type Point struct {
	Cash    money.Minor `json:"cash"`
	Cleared money.Minor `json:"cleared"`
}

// Result is a proposal with its verdict and what is worth knowing of the run.
type Result struct {
	clearing.Result
	Verdict         clearing.Verdict
	NetInternalDebt money.Minor // what firms owe more than they are owed, over all firms: at least so much remains without cash
	Phases          int         // how often all potentials were computed anew
	Fairest         bool        // whether no result that clears as much, for the same cash at each firm, weighs less by Fairness
	Curve           []Point     // from no cash on; nil unless asked for
}

// Maximise finds a result that clears the most debt. It fails where the instance is not valid.
func Maximise(in clearing.Instance, options Options) (Result, error) {
	if err := in.Validate(); err != nil {
		return Result{}, fmt.Errorf("clearing: %w", err)
	}
	if options.Fairness > Proportional || options.Curve > WithCurve {
		return Result{}, fmt.Errorf("clearing: fairness %d with curve %d is not known", options.Fairness, options.Curve)
	}
	s := settle(in)
	if options.Settled != nil {
		options.Settled()
	}
	result := Result{NetInternalDebt: s.netInternalDebt()}
	if in.Liquidity != nil || options.Curve == WithCurve {
		result.Curve = s.spend(in.Liquidity, options.Curve)
	}
	m := newMeasure(&in, options.Fairness)
	result.Fairest = s.choose(&m, effortLeast+effortPerDebt*len(in.Debts))
	s.prune(&m)
	result.Result = s.result(&m)
	result.Phases = s.phases
	result.Verdict = clearing.Check(in, result.Result)
	if !result.Verdict.Optimal() {
		panic("solver: its own result does not hold: " + result.Verdict.String())
	}
	return result, nil
}

// settlement is how much of each arc is set off, with the potentials that prove it.
type settlement struct {
	arcs
	cleared   []money.Minor // of each arc
	potential []int32       // of each firm
	price     int32
	phases    int
}

// settle solves the instance without cash.
func settle(in clearing.Instance) *settlement {
	s := &settlement{arcs: merge(in)}
	c := connect(&s.arcs)
	n := cyclic(&s.arcs, &c)
	s.cleared = make([]money.Minor, len(s.creditor))
	for firm := range int32(in.Firms) {
		for at := s.firstArc[firm]; at < s.firstArc[firm+1]; at++ {
			if s.creditor[at] == firm {
				s.cleared[at] = s.amount[at]
			}
		}
	}
	prices, updates := n.solve()
	s.phases = updates
	s.potential = make([]int32, in.Firms)
	kth := 0
	for u, firm := range n.firms {
		s.potential[firm] = prices[u]
		for e := n.first[u]; e < n.middle[u]; e++ {
			s.cleared[n.arc[kth]] = n.room[e]
			kth++
		}
	}
	s.stack(&c)
	return s
}

// stack lifts each component's potentials so far that no debt out of it could be set off; debts lead to lower components.
func (s *settlement) stack(c *components) {
	for i := 0; i < len(c.order); {
		end, lift, first := i, int32(0), true
		for ; end < len(c.order) && c.of[c.order[end]] == c.of[c.order[i]]; end++ {
			u := c.order[end]
			for at := s.firstArc[u]; at < s.firstArc[u+1]; at++ {
				if v := s.creditor[at]; c.of[v] != c.of[u] && (first || s.potential[v]+1-s.potential[u] > lift) {
					lift, first = s.potential[v]+1-s.potential[u], false
				}
			}
		}
		for ; i < end; i++ {
			s.potential[c.order[i]] += lift
		}
	}
}

// netInternalDebt adds up what firms owe more than they are owed.
func (s *settlement) netInternalDebt() money.Minor {
	net := make([]money.Minor, len(s.firstArc)-1)
	for firm := range net {
		for at := s.firstArc[firm]; at < s.firstArc[firm+1]; at++ {
			net[firm] += s.amount[at]
			net[s.creditor[at]] -= s.amount[at]
		}
	}
	sum := money.Minor(0)
	for _, owed := range net {
		sum += max(0, owed)
	}
	return sum
}

// result divides what is cleared of each arc among its debts.
func (s *settlement) result(m *measure) clearing.Result {
	r := clearing.Result{Cleared: make([]money.Minor, len(m.in.Debts)), Potentials: s.potential, Price: s.price}
	for at, left := range s.cleared {
		places := s.places(int32(at))
		if len(places) == 1 {
			r.Cleared[places[0]] = left
			continue
		}
		if m.fairness == Proportional {
			m.shareOut(places, s.amount[at], left, r.Cleared)
			continue
		}
		for _, place := range places {
			part := min(left, m.in.Debts[place].Amount)
			r.Cleared[place] = part
			left -= part
		}
	}
	if m.in.Liquidity != nil {
		r.Given = make([]money.Minor, m.in.Firms)
		for firm := range r.Given {
			for at := s.firstArc[firm]; at < s.firstArc[firm+1]; at++ {
				r.Given[firm] += s.cleared[at]
				r.Given[s.creditor[at]] -= s.cleared[at]
			}
		}
	}
	return r
}
