package book_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// quarrel is a street in which few receivables are confirmed, disputed, credited, financed and paid, in any order.
type quarrel struct {
	*street
	programmes []id.Programme
	deals      []load.Life // of the first seller, with the receivable of the same place
	debts      []id.Receivable
	notes      int
}

func newQuarrel(t *rapid.T) *quarrel {
	q := &quarrel{street: newStreet(t)}
	give := func(actor id.Actor, c book.Command) []book.Event {
		events, err := q.submit(actor, "", c)
		if err != nil {
			t.Fatalf("%T: %v", c, err)
		}
		return events
	}
	for _, change := range []func(t *product.Terms){answering, func(t *product.Terms) {
		*t = product.ReceivablesDiscounting(uint16(trade.Invoiced))
		t.Undertaking, t.SellerReview = product.UndertakingNone, false
	}, func(t *product.Terms) {
		answering(t)
		t.Recourse.Dispute, t.AdvanceRate = false, 950_000
	}} {
		q.programmes = append(q.programmes, programmeOf(give, q.world, change))
	}
	for i := range uint64(4) {
		l := q.world.NewLife((i + 700) * 2)
		l.Amount = money.Minor(q.pick(60, "amount")+40) * 1_000_00
		for step := range 4 {
			one := l.Step(step)
			l.Answered(give(one.Actor, one.Command))
		}
		q.deals = append(q.deals, l)
		q.debts = append(q.debts, id.Make[id.Receivable](1, book.Counts(q.book)["receivable"]))
	}
	return q
}

func (q *quarrel) debt(of id.Receivable) receivable.Receivable {
	return book.Record(q.book, "receivable", of.Number()).(receivable.Receivable)
}

// part is some of an amount, mostly all or half of it.
func (q *quarrel) part(of money.Minor) money.Minor {
	return []money.Minor{of, of, of / 2, of / 7, of + 1, 1}[q.pick(6, "part")]
}

// act lets one thing happen; what is refused changes nothing.
func (q *quarrel) act() {
	w, at := q.world, q.pick(len(q.debts), "debt")
	r := q.debt(q.debts[at])
	try := func(actor id.Actor, c book.Command) []book.Event {
		events, _ := q.submit(actor, "", c)
		return events
	}
	switch q.pick(15, "act") {
	case 0, 1:
		c := load.Confirmation(&r, receivable.Undertaking(q.pick(2, "undertaking")+1), q.part(r.Outstanding()))
		try(w.Buyer, w.Signed(c, [][]int{{0}, {1}, {1, 0}, nil}[q.pick(4, "by")]...))
	case 2:
		c := load.Confirmation(&r, receivable.Undertaking(q.pick(2, "undertaking")+1), q.part(r.Outstanding()))
		try(w.Signatories[1].Actor, &book.StartConfirmation{Confirm: *w.Signed(c, 1), Days: uint32(q.pick(30, "days"))})
	case 3:
		try(w.Buyer, q.complete())
	case 4:
		if q.pick(4, "drop") == 0 {
			try(w.Buyer, &book.DropConfirmation{Confirmation: some[id.Confirmation](q.street, "confirmation")})
			return
		}
		try(w.Buyer, &book.WithdrawConfirmation{Receivable: r.ID, Reason: load32("why")})
	case 5, 6:
		try(w.Buyer, &book.OpenDispute{Receivable: r.ID, Amount: q.part(r.Face / 5), Reason: dispute.Quality, Text: load32("text")})
	case 7:
		d := q.disputed()
		if d.Number() <= book.Counts(q.book)["dispute"] {
			was := book.Record(q.book, "dispute", d.Number()).(dispute.Dispute)
			try(w.SellerActors[0], &book.AnswerDispute{Dispute: d, Accepted: []money.Minor{0, was.Standing() / 3, was.Standing()}[q.pick(3, "accepted")], Text: load32("answer")})
		}
	case 8:
		d := q.disputed()
		try(w.Maker, &book.DecideDispute{Dispute: d, Credit: money.Minor(q.pick(3, "credit")) * 1_000_00, Evidence: load32("evidence")})
		try(w.Checker, &book.CloseDispute{Dispute: d, State: dispute.Settled})
	case 9:
		try(w.Buyer, &book.CloseDispute{Dispute: q.disputed(), State: dispute.Withdrawn})
	case 10:
		q.notes++
		try(w.Maker, creditOf(&q.deals[at], fmt.Sprint("note ", q.notes), q.part(r.Face/6)))
	case 11:
		q.finance(r.ID, try)
	case 12, 13:
		q.pay(r, try)
	default:
		if q.pick(3, "day") == 0 {
			try(w.Maker, &book.OpenDay{Date: q.book.Date().AddDays(q.pick(25, "days"))})
			return
		}
		try(w.Maker, &book.CloseFinancing{Financing: r.Financing})
	}
}

func (q *quarrel) finance(r id.Receivable, try giver) {
	w := q.world
	try(w.SellerActors[0], &book.RequestQuote{Receivable: r, Programme: q.programmes[q.pick(len(q.programmes), "programme")], Payee: w.Accounts[0]})
	try(w.SellerActors[0], &book.AcceptQuote{Financing: q.financing(funding.Quoted)})
	if q.pick(3, "quarrel meanwhile") == 0 {
		try(w.Buyer, &book.OpenDispute{Receivable: r, Amount: 700_00, Reason: dispute.Price, Text: load32("text")})
	}
	try(w.Maker, &book.Disburse{Financing: q.financing(funding.Accepted)})
	if q.pick(3, "quarrel meanwhile") == 0 {
		try(w.Buyer, &book.OpenDispute{Receivable: r, Amount: 900_00, Reason: dispute.Price, Text: load32("text")})
	}
	state := []payment.State{payment.Executed, payment.Executed, payment.Executed, payment.Refused}[q.pick(4, "outcome")]
	try(w.Bank, &book.RecordOutcome{Payment: q.payment(payment.Instructed), State: state, Value: q.book.Date()})
	if q.pick(10, "returned") == 0 {
		try(w.Bank, &book.RecordOutcome{Payment: q.payment(payment.Executed), State: payment.Returned, Value: q.book.Date()})
	}
}

func (q *quarrel) pay(r receivable.Receivable, try giver) {
	c := &book.Allocate{Receivable: r.ID, Amount: q.part(r.Outstanding()), Payer: book.ByBuyer}
	programme := q.programmes[0]
	if n := r.Financing.Number(); n != 0 {
		f := book.Record(q.book, "financing", n).(funding.Financing)
		programme = f.Programme
		if f.Uncovered > 0 && q.pick(2, "by") == 0 {
			c.Payer, c.Amount = book.BySeller, q.part(f.Uncovered)
		}
	}
	q.notes++
	events := try(q.world.Bank, &book.RecordReceipt{
		Programme: programme, Line: load.Token(fmt.Sprint("paid ", q.notes)), Amount: max(1, c.Amount), Currency: r.Currency, Value: q.book.Date(), Booking: q.book.Date(),
	})
	if len(events) > 0 {
		c.Receipt = id.Make[id.Receipt](1, book.Counts(q.book)["receipt"])
		try(q.world.Maker, c)
	}
}

// creditOf is a credit note against the invoice of a life.
func creditOf(l *load.Life, number string, amount money.Minor) *book.RecordDocument {
	c := *l.Step(3).Command.(*book.RecordDocument)
	invoice := c.Number
	c.Document.Type, c.Document.Number, c.Document.TypeCode = trade.CreditNote, number, "381"
	c.Document.Totals = trade.Totals{Payable: amount}
	c.Document.Lines, c.Lines, c.Order = nil, trade.Token{}, trade.Token{}
	c.Invoice, c.Number, c.Content = invoice, trade.Token(load.Token("number "+number)), trade.Token(load.Token("content "+number))
	return &c
}

func TestAnySequenceOfConfirmationsDisputesCreditsAndPaymentsKeepsTheBookSound(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		q := newQuarrel(rt)
		for range rapid.SampledFrom([]int{60, 120}).Draw(rt, "steps") {
			if q.pick(50, "recover") == 0 {
				q.recover()
			}
			q.act()
		}
		q.recover()
		for outcome, count := range q.outcomes {
			seen[outcome] += count
		}
	})
	for _, c := range []book.Command{&book.StartConfirmation{}, &book.CompleteConfirmation{}, &book.WithdrawConfirmation{}, &book.OpenDispute{},
		&book.AnswerDispute{}, &book.DecideDispute{}, &book.CloseDispute{}} {
		if seen[fmt.Sprintf("%T", c)] == 0 {
			t.Errorf("%T was never accepted", c)
		}
	}
	if testing.Verbose() {
		for _, outcome := range slices.Sorted(mapKeys(seen)) {
			t.Logf("%6d %s", seen[outcome], outcome)
		}
	}
}
