package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/servicing"
)

// tenors: ladders are approved by a second person and one is in force, the index says what is due when, and what was agreed under a
// ladder does not outlast the money that pays for it.
func (a *audit) tenors() {
	b := a.b
	live := map[useKey]id.Ladder{}
	for n := uint64(1); n <= b.ladders.count; n++ {
		l := b.ladders.at(n)
		number(a, l.ID, n, l.Entry)
		if l.State != funding.LadderProposed && (l.Checker == 0 || l.Checker == l.Maker) {
			a.breach("ladder_unsound", l.ID.String(), "%s is %s, and no second person has decided", l.ID, l.State)
		}
		last := calendar.Date(0)
		for i, t := range l.Tranches {
			if t.Amount <= 0 || t.Until != 0 && t.Until <= last || t.Until == 0 && i != len(l.Tranches)-1 {
				a.breach("ladder_unsound", l.ID.String(), "the tranches of %s are not above zero, or not in order", l.ID)
			}
			last = t.Until
		}
		if key := (useKey{l.Programme, l.Funder}); l.State == funding.LadderLive {
			if live[key] != 0 {
				a.breach("ladder_unsound", l.ID.String(), "%s and %s are both in force", live[key], l.ID)
			}
			live[key] = l.ID
			if b.ladderOf[key] != l.ID {
				a.breach("index_ladder", l.ID.String(), "%s is in force, the index says %s", l.ID, b.ladderOf[key])
			}
		}
	}
	if len(b.ladderOf) != len(live) {
		a.breach("index_ladder", "", "the index has %d ladders, %d are in force", len(b.ladderOf), len(live))
	}
	a.maturities(live)
}

// maturityKey is what a funder has due on one day in a programme.
type maturityKey struct {
	useKey
	due calendar.Date
}

func (a *audit) maturities(live map[useKey]id.Ladder) {
	b := a.b
	var all, agreed tally[maturityKey]
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if !claiming(f.State) {
			continue
		}
		key := maturityKey{useKey{f.Programme, f.Funder}, f.Due}
		amount := f.Principal - f.Repaid - f.Written
		all.add(key, amount)
		if live[key.useKey] != 0 && !takenOver(f) && !a.reversed(f) {
			agreed.add(key, amount)
		}
	}
	entries, listed := 0, 0
	known := map[useKey]struct{}{}
	for i, key := range all.keys {
		if all.sums[i] != 0 {
			entries++
		}
		got := money.Minor(0)
		for _, m := range b.maturing[key.useKey] {
			if m.Due == key.due {
				got += m.Amount
			}
		}
		if got != all.sums[i] {
			a.breach("index_maturing", key.programme.String(), "%d of %s is due %s in %s, the index says %d", all.sums[i], key.seller, key.due, key.programme, got)
		}
		if _, found := known[key.useKey]; !found {
			known[key.useKey] = struct{}{}
			listed += len(b.maturing[key.useKey])
		}
	}
	if listed != entries || len(b.maturing) > len(known) {
		a.breach("index_maturing", "", "the index of due dates has %d entries, financings make %d", listed, entries)
	}
	for n := uint64(1); n <= b.ladders.count; n++ {
		if l := b.ladders.at(n); l.State == funding.LadderLive && len(l.Tranches) > 0 {
			a.outlasts(l, &agreed)
		}
	}
}

// reversed tells whether a bank has taken back what had repaid a financing: that it is out again was nobody's decision.
func (a *audit) reversed(f *funding.Financing) bool {
	for number := f.LastFact; number != 0; number = a.b.facts.at(number).Previous {
		if a.b.facts.at(number).Fact.Kind == servicing.Reversed {
			return true
		}
	}
	return false
}

// outlasts: from before all ends, and from each end on, no more is due later than the days allowed than what stays.
func (a *audit) outlasts(l *funding.Ladder, agreed *tally[maturityKey]) {
	gap := calendar.Date(a.b.programmes.at(uint64(l.Programme) >> 16).TenorGapDaysMax)
	for at := -1; at < len(l.Tranches); at++ {
		stays, due := money.Minor(0), money.Minor(0)
		if at >= 0 && l.Tranches[at].Until == 0 {
			continue
		}
		for _, t := range l.Tranches[at+1:] {
			stays += t.Amount
		}
		for i, key := range agreed.keys {
			if key.programme == l.Programme && key.seller == l.Funder && (at < 0 || key.due > l.Tranches[at].Until+gap) {
				due += agreed.sums[i]
			}
		}
		if due > stays {
			a.breach("tenor_gap", l.ID.String(), "%d is due beyond what stays by %s, which is %d", due, l.ID, stays)
		}
	}
}
