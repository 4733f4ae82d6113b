package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/money"
)

// indebted is what one obligor owes in a programme: principal of what is paid out, and the part of it that is past due, by due date. The ages follow
// from the business date of whoever asks, so that a day that goes by changes nothing here.
type indebted struct {
	financings int32
	open       money.Minor
	late       []lateOn // by due date, ascending
}

// lateOn is what was due on a date and is past due.
type lateOn struct {
	due        calendar.Date
	financings int32
	amount     money.Minor
}

// countOwed puts a financing among what its obligor owes (by 1), or takes it out (by -1).
func (b *Book) countOwed(f *funding.Financing, by int32) {
	key, amount := overdueKey{f.Programme, f.Obligor()}, f.Exposure()
	if by < 0 {
		amount = -amount
	}
	o := b.owing[key]
	o.financings, o.open = o.financings+by, money.Add(o.open, amount)
	if f.State != funding.Outstanding {
		o.countLate(f.Due, by, amount)
	}
	if o.financings == 0 {
		delete(b.owing, key)
		return
	}
	b.owing[key] = o
}

func (o *indebted) countLate(due calendar.Date, by int32, amount money.Minor) {
	at, found := slices.BinarySearchFunc(o.late, due, func(l lateOn, due calendar.Date) int { return int(l.due) - int(due) })
	if !found {
		o.late = slices.Insert(o.late, at, lateOn{due: due})
	}
	l := &o.late[at]
	if l.financings, l.amount = l.financings+by, money.Add(l.amount, amount); l.financings == 0 {
		o.late = slices.Delete(o.late, at, at+1)
	}
}

// overdue is how many financings are past due.
func (o *indebted) overdue() int32 {
	n := int32(0)
	for i := range o.late {
		n += o.late[i].financings
	}
	return n
}

// lateBy is what was due more than so many days before today.
func (o *indebted) lateBy(days int, today calendar.Date) money.Minor {
	sum := money.Minor(0)
	for i := range o.late {
		if calendar.DaysBetween(o.late[i].due, today) <= days {
			break
		}
		sum = money.Add(sum, o.late[i].amount)
	}
	return sum
}

// ofOwed adds what the obligor owes in the programme, and how much of it how long past due.
func (u *use) ofOwed(d *draft) {
	f, o := &u.facts, d.owing[overdueKey{u.programme.ID, u.debtor()}]
	f.BuyerOverdue, f.BuyerOpen = o.overdue(), o.open
	f.BuyerPastDue, f.BuyerPastDue30, f.BuyerPastDue90 = o.lateBy(0, f.Date), o.lateBy(30, f.Date), o.lateBy(90, f.Date)
}
