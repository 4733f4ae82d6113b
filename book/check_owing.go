package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
)

// owedIndexes: what each obligor owes in a programme, and what of it was due when and is past due, added up from the financings.
func (a *audit) owedIndexes() {
	b := a.b
	type dated struct {
		by  overdueKey
		due calendar.Date
	}
	var count, open tally[overdueKey]
	var lateCount, late tally[dated]
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		switch f.State {
		case funding.Outstanding, funding.Overdue, funding.InRecourse, funding.Defaulted:
		default:
			continue
		}
		by := overdueKey{f.Programme, f.Buyer}
		if f.Receivable == id.Receivable(0) { // the seller has borrowed
			by.buyer = f.Seller
		}
		principal := f.Principal - f.Repaid - f.Written
		count.add(by, 1)
		open.add(by, principal)
		if f.State != funding.Outstanding {
			lateCount.add(dated{by, f.Due}, 1)
			late.add(dated{by, f.Due}, principal)
		}
	}
	dates := map[overdueKey]int{}
	for _, key := range late.keys {
		dates[key.by]++
	}
	for i, key := range open.keys {
		o := b.owing[key]
		if money.Minor(o.financings) != count.sums[i] || o.open != open.sums[i] {
			a.breach("index_owed", key.programme.String(), "%s owes %d on %d financings in %s, the index says %d on %d", key.buyer, open.sums[i], count.sums[i], key.programme, o.open, o.financings)
		}
		if len(o.late) != dates[key] {
			a.breach("index_overdue", key.programme.String(), "what %s is past due with in %s was due on %d days, the index has %d", key.buyer, key.programme, dates[key], len(o.late))
		}
		for at, l := range o.late {
			key := dated{key, l.due}
			if money.Minor(l.financings) != lateCount.of(key) || l.amount != late.of(key) || at > 0 && o.late[at-1].due >= l.due {
				a.breach("index_overdue", key.by.programme.String(), "%d financings of %s over %d that were due on %s are past due in %s, the index says %d over %d, or is out of order",
					lateCount.of(key), key.by.buyer, late.of(key), l.due, key.by.programme, l.financings, l.amount)
			}
		}
	}
	if len(b.owing) != len(open.keys) {
		a.breach("index_owed", "", "the index has %d obligors, financings have %d", len(b.owing), len(open.keys))
	}
}
