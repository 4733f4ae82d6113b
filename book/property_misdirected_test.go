package book_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// Whatever is noted, demanded, matched, set off, taken back and dropped in whatever order: of no misdirected payment comes more than was
// misdirected, no receipt brings more than came in by it, a debt is paid by no cent twice, and what was set off has left the seller's collections
// once.
func TestNothingOfAMisdirectedPaymentComesTwice(t *testing.T) {
	given := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		q := newStreet(t)
		w := q.world
		for i := range uint64(4) {
			l := w.NewLife((i + 1900) * 2)
			l.Amount = money.Minor(q.pick(9, "amount")+1) * 1_000_00
			for step := range 9 - 5*int(i%2) {
				one := l.Step(step)
				events, err := q.submit(one.Actor, "", one.Command)
				if err != nil {
					t.Fatalf("%T: %v", one.Command, err)
				}
				l.Answered(events)
			}
		}
		for range 60 {
			q.recoverySteps()
		}
		q.recovered()
		for what, count := range q.outcomes {
			given[what] += count
		}
	})
	for _, what := range []string{"NoticeMisdirected", "DemandMisdirected", "PayOver", "ProposeSetOff", "DecideSetOff", "ReverseReceipt", "DropMisdirected"} {
		if given["*book."+what] == 0 {
			t.Errorf("no %s went through", what)
		}
	}
}

// recoverySteps gives one command at random.
func (s *street) recoverySteps() {
	w := s.world
	by := []id.Actor{w.Maker, w.Checker}[s.pick(2, "by")]
	m := id.Make[id.Misdirected](1, uint64(s.pick(int(book.Counts(s.book)["misdirected"])+1, "payment"))+1)
	r := id.Make[id.Receivable](1, uint64(s.pick(int(book.Counts(s.book)["receivable"]), "debt"))+1)
	amount := money.Minor(s.pick(30, "amount")+1) * 100_00
	var c book.Command
	switch s.pick(9, "act") {
	case 0, 1:
		c = &book.NoticeMisdirected{Receivable: r, Amount: amount, Paid: s.book.Date(), Evidence: load32("statement")}
	case 2:
		c = &book.DemandMisdirected{Payment: m, Due: s.book.Date()}
	case 3:
		by, c = w.Bank, &book.RecordReceipt{
			Programme: w.Payables, Line: load.Token(fmt.Sprint("over ", s.at)), Amount: amount, Currency: w.Currency, Value: s.book.Date(), Booking: s.book.Date(),
		}
	case 4:
		c = &book.PayOver{Payment: m, Receipt: s.receipt(payment.Unallocated), Amount: amount}
	case 5:
		c = &book.ProposeSetOff{Payment: m, Amount: amount}
	case 6:
		_, _ = s.submit(w.Maker, "", &book.ProposeSetOff{Payment: m, Amount: amount})
		by, c = w.Checker, &book.DecideSetOff{Payment: m, Decision: book.Approve}
	case 7:
		c = &book.Allocate{Receipt: s.receipt(payment.Unallocated), Receivable: r, Amount: amount, Payer: book.ByBuyer}
	default:
		switch s.pick(6, "rare") {
		case 0:
			by, c = w.Bank, &book.ReverseReceipt{Receipt: s.receipt(payment.Allocated, payment.Unallocated), Line: load.Token(fmt.Sprint("back ", s.at))}
		case 1:
			c = &book.DropMisdirected{Payment: m, Reason: load32("reason")}
		default:
			c = &book.CloseFinancing{Financing: s.financing(funding.Outstanding)}
		}
	}
	_, _ = s.submit(by, "", c)
}

// recovered reckons from the records alone what has come.
func (s *street) recovered() {
	came, set := map[id.Receipt]money.Minor{}, money.Minor(0)
	for n := uint64(1); n <= book.Counts(s.book)["misdirected"]; n++ {
		m := book.Record(s.book, "misdirected", n).(legal.Misdirected)
		sum := money.Minor(0)
		for _, part := range m.Recovery.Settlements {
			sum += part.Amount
			came[part.Receipt] += part.Amount
		}
		if sum > m.Amount || (sum == m.Amount) != (m.Recovery.State == legal.Whole) {
			s.t.Errorf("%s is %s: %d of %d", m.ID, m.Recovery.State, sum, m.Amount)
		}
	}
	for n := uint64(1); n <= book.Counts(s.book)["receipt"]; n++ {
		r := book.Record(s.book, "receipt", n).(payment.Receipt)
		if came[r.ID] > r.Amount || r.State == payment.Reversed && came[r.ID] != 0 || r.SetOff != 0 && came[r.ID] != r.Amount {
			s.t.Errorf("%s brought %d of %d", r.ID, came[r.ID], r.Amount)
		}
		if r.SetOff != 0 {
			set += r.Amount
		}
	}
	w := s.world
	key := ledger.Key{Entity: w.Custodian, Programme: w.Payables, Counterparty: w.Sellers[0], Code: ledger.CollectionForSeller, Currency: w.Currency}
	if held := book.BalanceOf(s.book, key); held < 0 {
		s.t.Errorf("the seller's collections stand at %d after set-offs of %d", held, set)
	}
	for n := uint64(1); n <= book.Counts(s.book)["receivable"]; n++ {
		r := book.Record(s.book, "receivable", n).(receivable.Receivable)
		if left := r.Outstanding(); left < 0 {
			s.t.Errorf("receivable %d is paid %d beyond its amount", n, -left)
		}
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		s.t.Error(breaches)
	}
}
