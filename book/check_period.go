package book

import "millrace/domain/calendar"

// closedPeriods: each ends after the one before and before the business date, by two people, and at most the last one waits.
func (a *audit) closedPeriods() {
	b := a.b
	closed := calendar.Date(0)
	for n := uint64(1); n <= b.periods.count; n++ {
		p := b.periods.at(n)
		number(a, p.ID, n, p.Entry)
		if p.Until <= closed || p.Until >= b.clock.Date {
			a.breach("period_order", p.ID.String(), "ends on %s; the books are closed until %s and the business date is %s", p.Until, closed, b.clock.Date)
		}
		switch p.State {
		case ClosingWaits:
			if n != b.periods.count {
				a.breach("period_waits", p.ID.String(), "waits, and %d periods came after it", b.periods.count-n)
			}
		case Closed, ClosingDeclined:
			if p.Checker == 0 || p.Checker == p.Maker {
				a.breach("period_people", p.ID.String(), "is %s by %s, proposed by %s", p.State, p.Checker, p.Maker)
			}
			if p.State == Closed {
				closed = p.Until
			}
		default:
			a.breach("period_people", p.ID.String(), "is in no state")
		}
	}
}
