package setoff

import (
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/money"
	"millrace/solver"
)

// liquidity is the cash that may be put in, as the book has found it for the attempt: what each member may draw, and who can't be left with cash.
// nil where no cash is lent.
func (s *Sheet) liquidity() *clearing.Liquidity {
	if s.Run.Terms.Cash.Most == 0 {
		return nil
	}
	l := &clearing.Liquidity{Total: s.Run.Terms.Cash.Most, Caps: make([]money.Minor, len(s.Members)), Shut: make([]bool, len(s.Members))}
	for i := range s.Members {
		m := &s.Members[i]
		l.Shut[i] = true
		if m.Attempt == s.Run.Attempt {
			l.Caps[i], l.Shut[i] = m.Cap, !m.Keeps
		}
	}
	return l
}

// sameRoom tells whether members may draw and keep the same in two sheets.
func sameRoom(a, b *Sheet) bool {
	return slices.EqualFunc(a.Members, b.Members, func(a, b clearing.Member) bool { return a.Cap == b.Cap && a.Keeps == b.Keeps })
}

// CurveLinesMax is up to how many lines a run's curve of cash is drawn: it is reckoned when it is asked for.
const CurveLinesMax = 50_000

// Curve says how much debt can be set off with how much cash, within what members may draw: corners, straight between them and concave. The
// first is without cash; the last is where more of it clears nothing. nil where the run lends none, nothing is published, or it is too large.
func (s *Sheet) Curve() ([]solver.Point, error) {
	if s.Run.Terms.Cash.Most == 0 || !Published(&s.Run) || len(s.Lines) > CurveLinesMax {
		return nil, nil
	}
	in := s.instance()
	in.Liquidity.Total = 0 // so that the curve begins there
	found, err := solver.Maximise(in, solver.Options{Curve: solver.WithCurve})
	return found.Curve, err
}

// narrowed is the cash of an instance for the firms of a list: their numbers in the instance are given by place.
func narrowed(l *clearing.Liquidity, places []int32) *clearing.Liquidity {
	if l == nil {
		return nil
	}
	n := &clearing.Liquidity{Total: l.Total, Caps: make([]money.Minor, len(places)), Shut: make([]bool, len(places))}
	for i, place := range places {
		n.Caps[i], n.Shut[i] = l.Caps[place], l.Shut[place]
	}
	return n
}
