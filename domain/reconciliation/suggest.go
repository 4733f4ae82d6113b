package reconciliation

import (
	"cmp"
	"slices"

	"millrace/domain/money"
)

// suggestionsMax is how many suggestions a break has at most.
const suggestionsMax = 5

// explain says why a line was not assigned, and what a person may choose.
func (m *matcher) explain(i int) Break {
	l, c := &m.lines[i], &m.found[i]
	b := Break{Line: i, Reason: NothingFits}
	suggest := func(e Evidence, items ...int32) {
		s := Suggestion{Evidence: e | m.ofParty(i, items), Off: money.Sub(m.sum(items), l.Amount)}
		if s.Off == 0 {
			s.Evidence |= AmountFits
		}
		for _, item := range items {
			s.Items = append(s.Items, int(item))
		}
		b.Suggestions = append(b.Suggestions, s)
	}
	named := m.still(c.named)
	switch {
	case len(named) > 0:
		b.Reason = AmountDiffers
		if !m.mayPay(i, named) {
			b.Reason = PartyDiffers
		}
		suggest(m.evidence(i, named)&^PartyKnown, named...)
	case len(c.named) > 0:
		b.Reason = PaidAlready
	}
	fit := 0
	for _, item := range m.still(m.amounts[place{l.Amount, l.Currency}]) {
		if m.open[item] != l.Amount || slices.Contains(named, item) && len(named) == 1 {
			continue
		}
		e := Evidence(0)
		for _, name := range m.names[item] {
			if _, near := nearest(c.texts, name); near {
				e = NearlyNamed
			}
		}
		if e == 0 && (c.party == 0 || m.items[item].Party != c.party) {
			continue
		}
		if fit++; fit <= suggestionsMax {
			suggest(e, item)
		}
	}
	if fit > 1 && b.Reason == NothingFits {
		b.Reason = SeveralFit
	}
	slices.SortStableFunc(b.Suggestions, func(x, y Suggestion) int {
		return cmp.Or(cmp.Compare(y.Evidence&AmountFits, x.Evidence&AmountFits), cmp.Compare(y.Evidence&NearlyNamed, x.Evidence&NearlyNamed))
	})
	b.Suggestions = b.Suggestions[:min(len(b.Suggestions), suggestionsMax)]
	return b
}
