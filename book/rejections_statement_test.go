package book_test

import (
	"fmt"
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, statementRefusals...) }

// collection is the collection account of the programme of payables.
func (s *scene) collection() payment.Supervised {
	return payment.Supervised{Kind: payment.CollectionAccount, Programme: s.Payables}
}

// told is a statement of it on a day of the week that begins with the world, with lines that nothing in the book explains.
func (s *scene) told(number uint64, opening money.Minor, amounts ...money.Minor) *book.RecordStatement {
	c := &book.RecordStatement{
		Account: s.collection(), Identity: load.Token(fmt.Sprint("statement ", number)), Sequence: number, Date: s.Today.AddDays(int(number) - 1),
		Opening: opening, Closing: opening, Currency: s.Currency,
	}
	for i, amount := range amounts {
		c.Lines = append(c.Lines, payment.StatementLine{Line: load.Token(fmt.Sprint("told ", number, " ", i)), Amount: amount})
		c.Closing += amount
	}
	return c
}

// differing is a break about a line.
func (s *scene) differing() *book.OpenBreak {
	return &book.OpenBreak{About: payment.LineBreak, Programme: s.Payables, Key: load.Token("a line"), Account: s.collection(), Amount: -5_00, Code: "line_unexplained"}
}

func (s *scene) opened() id.Break {
	s.t.Helper()
	s.give(s.Bank, s.differing())
	return latest[id.Break](s, "bank_break")
}

// moneyIn leads a life to the buyer's money, in the programme of payables.
func (s *scene) moneyIn() (*book.ReconcileReceipt, money.Minor) {
	s.t.Helper()
	s.live(5)
	r := book.Record(s.book, "receivable", s.receivable().Number()).(receivable.Receivable)
	receipt := s.collect(s.Payables, r.Outstanding(), s.Today)
	return &book.ReconcileReceipt{Receipt: receipt, Parts: []payment.MatchPart{{Receivable: r.ID, Amount: r.Outstanding()}}, Evidence: 4}, r.Outstanding()
}

var statementRefusals = []refusal{
	{"break_invalid", "The break has no code or kind, or names what there is not; or it does not end so.", "Correct it; gaps and missing statements end by themselves.", func(s *scene) (id.Actor, book.Command) {
		c := s.differing()
		c.Code = ""
		return s.Bank, c
	}},
	{"break_owner_invalid", "Breaks are worked off by active persons of the operator.", "Name one of them.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.AssignBreak{Break: s.opened(), Owner: s.Buyer}
	}},
	{"break_state", "The break is resolved.", "Nothing; what is found again is opened again.", func(s *scene) (id.Actor, book.Command) {
		k := s.opened()
		s.give(s.Bank, &book.ResolveBreak{Break: k, How: payment.Gone})
		return s.Maker, &book.NoteBreak{Break: k, Note: load32("note")}
	}},
	{"break_unknown", "There is no such break.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.NoteBreak{Break: beyond[id.Break](s, "bank_break"), Note: load32("note")}
	}},
	{"match_invalid", "The parts are none, too many, or name a receivable twice or one whose goods are financed themselves.", "Allocate such receivables one by one.", func(s *scene) (id.Actor, book.Command) {
		c, _ := s.moneyIn()
		c.Parts = append(c.Parts, c.Parts[0])
		return s.Maker, c
	}},
	{"match_needs_person", "The programme leaves to persons what a receipt of this amount is for.", "Let a person confirm what it is for.", func(s *scene) (id.Actor, book.Command) {
		c, _ := s.moneyIn()
		c.Automatic = true
		return s.Maker, c
	}},
	{"statement_account_unknown", "The programme has no such supervised account.", "Name one of its accounts.", func(s *scene) (id.Actor, book.Command) {
		c := s.told(1, 0)
		c.Account.Kind = payment.FundingAccount
		return s.Bank, c
	}},
	{"bank_statement_differs", "The statement is on record with other figures, or another one has its number and date.", "Ask the bank which one is right.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Bank, s.told(1, 0))
		return s.Bank, s.told(1, 0, 5)
	}},
	{"statement_line_invalid", "A line of the statement names what the book does not have, or has otherwise.", "Book the line first.", func(s *scene) (id.Actor, book.Command) {
		c := s.told(1, 0, 5_00)
		c.Lines[0].Side, c.Lines[0].Payment = payment.Arrived, beyond[id.Payment](s, "payment")
		return s.Bank, c
	}},
	{"statement_too_long", "The statement has more lines than one entry holds.", "Have the bank send shorter ones.", func(s *scene) (id.Actor, book.Command) {
		return s.Bank, s.told(1, 0, make([]money.Minor, book.StatementLinesMax+1)...)
	}},
	{"statement_unbalanced", "Opening balance and lines don't come to the closing balance.", "Ask the bank for the whole statement.", func(s *scene) (id.Actor, book.Command) {
		c := s.told(1, 0, 5_00)
		c.Closing = 6_00
		return s.Bank, c
	}},
}

func (s *scene) breakAt(number uint64) payment.Break {
	return book.Record(s.book, "bank_break", number).(payment.Break)
}

func (s *scene) statementAt(number uint64) payment.Statement {
	return book.Record(s.book, "bank_statement", number).(payment.Statement)
}

// A hole is kept on record and breaks; when the statement comes late the gap closes by itself.
func TestAGapBetweenStatements(t *testing.T) {
	s := newScene(t)
	s.give(s.Bank, s.told(1, 0, 10_00))
	s.give(s.Bank, s.told(3, 15_00, 1_00))
	if third := s.statementAt(2); third.Gap != payment.BalanceGap || third.Follows != s.statementAt(1).ID {
		t.Fatalf("%+v", third)
	}
	if k := s.breakAt(1); k.Kind != payment.GapBreak || k.State != payment.BreakOpen || k.Statement != s.statementAt(2).ID {
		t.Fatalf("%+v", k)
	}
	s.sound()
	s.give(s.Bank, s.told(2, 10_00, 5_00))
	if third := s.statementAt(2); third.Gap != payment.NoGap || third.Follows != s.statementAt(3).ID {
		t.Fatalf("%+v", third)
	}
	if k := s.breakAt(1); k.State != payment.BreakResolved || k.How != payment.Gone {
		t.Fatalf("%+v", k)
	}
	s.give(s.Bank, s.told(5, 16_00))
	if fifth := s.statementAt(4); fifth.Gap != payment.SequenceGap {
		t.Fatalf("%+v", fifth)
	}
	s.sound()
}

// Where a bank counts by year, the first statement of a year follows the last one of the year before.
func TestStatementsCountedByYear(t *testing.T) {
	before := payment.Statement{Sequence: 251, Date: calendarDate(t, "2026-12-31"), Closing: 5}
	first := payment.Statement{Sequence: 1, Date: calendarDate(t, "2027-01-04"), Opening: 5}
	if gap := first.Between(&before); gap != payment.NoGap {
		t.Error(gap)
	}
	if first.Sequence = 2; first.Between(&before) != payment.SequenceGap {
		t.Error("a statement is missing, and nobody says so")
	}
}

func calendarDate(t *testing.T, text string) calendar.Date {
	t.Helper()
	date, ok := calendar.Parse(text)
	if !ok {
		t.Fatal(text)
	}
	return date
}

// The statement of a day that is over is missed when the next one opens, and once only; it ends the alarm when it comes.
func TestAMissingStatement(t *testing.T) {
	s := newScene(t)
	s.give(s.Bank, s.told(1, 0))
	day := s.Today
	for opened := 0; opened < 3; {
		next := day + 1
		s.give(s.Maker, &book.OpenDay{Date: next})
		if calendar.Target.Status(next) == calendar.Open {
			opened++
		}
		day = next
	}
	if n := book.Counts(s.book)["bank_break"]; n != 1 {
		t.Fatalf("%d breaks", n)
	}
	k := s.breakAt(1)
	if k.Kind != payment.MissingBreak || k.State != payment.BreakOpen {
		t.Fatalf("%+v", k)
	}
	s.sound()
	c := s.told(2, 0)
	c.Date = k.Opened - 1
	s.give(s.Bank, c)
	if k := s.breakAt(1); k.State != payment.BreakResolved || k.How != payment.Gone || k.By != 0 {
		t.Fatalf("%+v", k)
	}
	s.sound()
}

// A statement that comes again is not recorded twice, and says which of its lines were booked meanwhile.
func TestAStatementAgain(t *testing.T) {
	s := newScene(t)
	c := s.told(1, 0, 7_00, -2_00)
	s.give(s.Bank, c)
	s.give(s.Bank, c)
	if n, st := book.Counts(s.book)["bank_statement"], s.statementAt(1); n != 1 || len(st.NotBooked) != 2 {
		t.Fatalf("%d statements, %+v", n, st)
	}
	s.give(s.Bank, &book.RecordReceipt{Programme: s.Payables, Line: c.Lines[0].Line, Amount: 7_00, Currency: s.Currency, Value: s.Today, Booking: s.Today})
	again := *c
	again.Lines = slices.Clone(c.Lines)
	again.Lines[0].Side, again.Lines[0].Receipt = payment.CameIn, s.receipt()
	s.give(s.Bank, &again)
	r := book.Record(s.book, "receipt", s.receipt().Number()).(payment.Receipt)
	if st := s.statementAt(1); len(st.NotBooked) != 1 || r.CameInOn != st.ID {
		t.Fatalf("%+v, %+v", st, r)
	}
	s.sound()
}

// A break that ended by itself is opened again when it is found again; one that a person has explained is not.
func TestABreakFoundAgain(t *testing.T) {
	s := newScene(t)
	k := s.opened()
	s.give(s.Bank, s.differing())
	s.give(s.Bank, &book.ResolveBreak{Break: k, How: payment.Gone})
	again := s.opened()
	if again == k {
		t.Fatal("what is found again is not opened")
	}
	s.give(s.Maker, &book.AssignBreak{Break: again, Owner: s.Checker})
	s.give(s.Maker, &book.NoteBreak{Break: again, Note: load32("asked the bank")})
	s.wantRefused(s.Bank, &book.ResolveBreak{Break: again, How: payment.Explained, Note: load32("x")}, "other_party")
	s.wantRefused(s.Maker, &book.ResolveBreak{Break: again, How: payment.Explained}, "reason_missing")
	s.give(s.Maker, &book.ResolveBreak{Break: again, How: payment.Explained, Note: load32("an old direct debit")})
	s.give(s.Bank, s.differing())
	if n := book.Counts(s.book)["bank_break"]; n != 2 {
		t.Fatalf("%d breaks", n)
	}
	if got := s.breakAt(2); got.State != payment.BreakResolved || got.By != s.Maker || got.Owner != s.Checker {
		t.Fatalf("%+v", got)
	}
	s.sound()
}

// One receipt pays several receivables at once, each through its waterfall, or none; why stays with it.
func TestAReceiptIsReconciled(t *testing.T) {
	s := newScene(t)
	s.live(9) // financed and paid out
	financed := book.Record(s.book, "receivable", s.receivable().Number()).(receivable.Receivable)
	s.live(5)
	plain := book.Record(s.book, "receivable", s.receivable().Number()).(receivable.Receivable)
	sum := financed.Outstanding() + plain.Outstanding()
	receipt := s.collect(s.Payables, sum-1_00, s.Today)
	s.give(s.Maker, &book.OpenBreak{About: payment.ReceiptBreak, Programme: s.Payables, Receipt: receipt, Amount: sum, Code: "several_fit",
		Suggestions: []payment.Suggestion{{Receivables: []id.Receivable{financed.ID, plain.ID}, Evidence: 4, Off: 1_00}}})
	c := &book.ReconcileReceipt{Receipt: receipt, Charge: 1_00, Evidence: 4 | 64, Parts: []payment.MatchPart{
		{Receivable: financed.ID, Amount: financed.Outstanding()}, {Receivable: plain.ID, Amount: plain.Outstanding()},
	}}
	s.wantRefused(s.Maker, c, "amount_invalid") // beyond what came in
	c.Parts[1].Amount -= 1_00
	s.give(s.Maker, c)
	r := book.Record(s.book, "receipt", receipt.Number()).(payment.Receipt)
	if r.State != payment.Allocated || r.Match.Charge != 1_00 || len(r.Match.Parts) != 2 {
		t.Fatalf("%+v", r)
	}
	if left := book.Record(s.book, "receivable", plain.ID.Number()).(receivable.Receivable); left.Outstanding() != 1_00 {
		t.Errorf("%d is left of the receivable that was paid short", left.Outstanding())
	}
	if k := s.breakAt(1); k.State != payment.BreakResolved || k.How != payment.Matched {
		t.Errorf("%+v", k)
	}
	s.sound()
	s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back")})
	s.sound()
}

// A node allocates by itself only where the programme lets it, and up to its amount.
func TestANodeMatchesOnlyWithTheProgrammesLeave(t *testing.T) {
	s := newScene(t)
	propose := s.propose()
	propose.AutoMatch, propose.ConfirmAbove = true, 100_00
	s.give(s.Maker, propose)
	p := latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	if got := book.Record(s.book, "programme", p.Number()).(funding.Programme); !got.AutoMatch || got.ConfirmAbove != 100_00 {
		t.Fatalf("%+v", got)
	}
	s.live(5)
	owed := s.receivable()
	match := func(amount money.Minor) *book.ReconcileReceipt {
		return &book.ReconcileReceipt{Receipt: s.collect(p, amount, s.Today), Parts: []payment.MatchPart{{Receivable: owed, Amount: amount}}, Evidence: 4, Automatic: true}
	}
	large := match(100_01)
	s.wantRefused(s.Maker, large, "match_needs_person")
	large.Automatic = false
	s.give(s.Maker, large)
	s.give(s.Maker, match(100_00))
	s.sound()
}
