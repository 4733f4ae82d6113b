package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/supervision"
	"millrace/lab/load"
)

func init() {
	refusals = append(refusals, refusal{
		"statement_rhythm_unknown", "Statements come in no such rhythm.", "They come on every open day, or on each day on which the account moved and at the end of each month.",
		func(s *scene) (id.Actor, book.Command) {
			return s.recording(func(c *book.ProposeSupervisedAccount) { c.Statements = 9 })
		},
	})
}

// quiet puts the collection account on record with statements when it moved.
func (s *scene) quiet() id.SupervisedAccount {
	s.t.Helper()
	c := s.supervising(s.Payables, supervision.Collection)
	c.Statements = supervision.WhenMoved
	s.give(s.Maker, c)
	account := latest[id.SupervisedAccount](s, "supervised_account")
	s.give(s.Checker, &book.DecideSupervisedAccount{Account: account, Decision: book.Approve})
	return account
}

// dayByDay opens days one by one up to a date.
func (s *scene) dayByDay(date calendar.Date) {
	s.t.Helper()
	for s.book.Date() < date {
		s.give(s.Maker, &book.OpenDay{Date: s.book.Date() + 1})
	}
}

// showing gives a statement of the collection account on a day, which shows receipts.
func (s *scene) showing(number uint64, date calendar.Date, opening money.Minor, shown ...id.Receipt) {
	s.t.Helper()
	c := s.told(number, opening)
	c.Date = date
	for _, of := range shown {
		r := book.Record(s.book, "receipt", of.Number()).(payment.Receipt)
		c.Lines = append(c.Lines, payment.StatementLine{Line: r.Line, Amount: r.Amount, Side: payment.CameIn, Receipt: of})
		c.Closing += r.Amount
	}
	s.give(s.Bank, c)
}

// wantMissing wants so many alarms about statements in all, and the last one in a state.
func (s *scene) wantMissing(count int, state payment.BreakState) {
	s.t.Helper()
	if n := book.Counts(s.book)["bank_break"]; int(n) != count {
		s.t.Fatalf("%d breaks on %s, want %d", n, s.book.Date(), count)
	}
	if count > 0 && s.breakAt(uint64(count)).State != state {
		s.t.Fatalf("%+v", s.breakAt(uint64(count)))
	}
	s.sound()
}

// openOn is the first open day from a day on.
func openOn(day calendar.Date) calendar.Date {
	for calendar.Target.Status(day) != calendar.Open {
		day++
	}
	return day
}

// A day without a movement has no statement to miss; one with a movement has, and so has the end of the month.
func TestAQuietDayMissesNoStatement(t *testing.T) {
	s := newScene(t)
	s.quiet()
	first := openOn(s.book.Date())
	closed, _ := supervision.MonthClosed(calendar.Target, first.EndOfMonth())
	s.dayByDay(first)
	s.showing(1, first, 0)
	moved := openOn(first + 3)
	if moved+3 >= closed {
		t.Fatalf("the world begins on %s: too late in its month", s.Today)
	}
	s.dayByDay(moved)
	s.wantMissing(0, 0)
	r := s.collect(s.Payables, 100_00, moved)
	s.dayByDay(moved + 1)
	s.wantMissing(1, payment.BreakOpen)
	if k := s.breakAt(1); k.Kind != payment.MissingBreak || k.Opened != moved+1 || k.Statement != s.statementAt(1).ID {
		t.Fatalf("%+v", k)
	}
	s.showing(2, moved, 0, r)
	s.wantMissing(1, payment.BreakResolved)
	s.dayByDay(closed)
	s.wantMissing(1, payment.BreakResolved)
	s.dayByDay(closed + 1)
	s.wantMissing(2, payment.BreakOpen)
	s.showing(3, closed, 100_00)
	s.wantMissing(2, payment.BreakResolved)
	s.dayByDay(openOn(closed+1) + 1)
	s.wantMissing(2, payment.BreakResolved)
}

// A movement of which the book hears late is missed late, and the statement of its day ends the alarm.
func TestAStatementMissedLate(t *testing.T) {
	s := newScene(t)
	s.quiet()
	first := openOn(s.book.Date())
	moved := openOn(first + 1)
	heard := openOn(moved + 1)
	s.dayByDay(first)
	s.showing(1, first, 0)
	s.dayByDay(heard)
	r := s.collect(s.Payables, 100_00, moved)
	s.dayByDay(heard + 1)
	s.wantMissing(1, payment.BreakOpen)
	s.showing(2, moved, 0, r)
	s.wantMissing(1, payment.BreakResolved)
	s.dayByDay(heard + 2)
	s.wantMissing(1, payment.BreakResolved)
}

// Money that the bank takes back moves the account once more.
func TestAReversalWantsItsStatement(t *testing.T) {
	s := newScene(t)
	s.quiet()
	first := openOn(s.book.Date())
	s.dayByDay(first)
	r := s.collect(s.Payables, 100_00, first)
	s.showing(1, first, 0, r)
	back := openOn(first + 1)
	s.dayByDay(back)
	s.give(s.Bank, &book.ReverseReceipt{Receipt: r, Line: load.Token("taken back"), Value: back})
	s.dayByDay(back + 1)
	s.wantMissing(1, payment.BreakOpen)
}

// An account that moved and never had a statement misses its first one; one that did not move misses none.
func TestAFirstStatementIsMissedOnceItsAccountMoved(t *testing.T) {
	s := newScene(t)
	account := s.quiet()
	moved := openOn(s.book.Date() + 1)
	s.dayByDay(moved)
	s.wantMissing(0, 0)
	r := s.collect(s.Payables, 100_00, moved)
	s.dayByDay(moved + 1)
	s.wantMissing(1, payment.BreakOpen)
	if k := s.breakAt(1); k.Statement != 0 || k.Account != s.collection() {
		t.Fatalf("%+v", k)
	}
	s.showing(1, moved, 0, r)
	s.wantMissing(1, payment.BreakResolved)
	if a := book.Record(s.book, "supervised_account", account.Number()).(supervision.Account); a.Statements != supervision.WhenMoved {
		t.Errorf("%+v", a)
	}
}

// What is agreed on an account whose statement is missed ends the alarm, if nothing has moved since the last one.
func TestAnAgreementEndsAnAlarm(t *testing.T) {
	s := newScene(t)
	first := openOn(s.book.Date())
	s.dayByDay(first)
	s.showing(1, first, 0)
	s.dayByDay(openOn(first+1) + 1)
	s.wantMissing(1, payment.BreakOpen)
	s.quiet()
	s.wantMissing(1, payment.BreakResolved)
}
