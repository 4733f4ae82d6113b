package book_test

import (
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

// serviced begins a loan and a purchase that fall due soon, and a loan that does not; what it gives pays each in part, the day before it comes to light.
func serviced(n *node, w *load.World) func() {
	n.t.Helper()
	var lives [3]funding.Financing
	for i := range lives {
		l := w.NewLife(uint64(900 + 2*i))
		l.Discount, l.Due = i != 1, n.book.Date().AddDays(5+i/2*50)
		n.live(&l, 0, 9)
		lives[i] = latestOut(n, 0)
	}
	return func() {
		n.t.Helper()
		must[*book.DayOpened](n, w.Maker, &book.OpenDay{Date: n.book.Date().AddDays(3)})
		s := &servicing{n, w}
		for _, f := range lives {
			s.pays(f, 1_000_00, n.book.Date().AddDays(-1), book.ByBuyer)
		}
		s.sweep(w.Discounting)
	}
}

// sweep returns to the funder what was collected for it.
func (s *servicing) sweep(programme id.Programme) {
	s.t.Helper()
	swept := must[*book.PaymentOpened](s.node, s.Maker, &book.Sweep{Programme: programme, Funder: s.Funder}).Payment
	if swept.State == payment.AwaitingApproval {
		must[*book.PaymentMoved](s.node, s.Checker, &book.ApprovePayment{Payment: swept.ID, Decision: book.Approve})
	}
	must[*book.PaymentMoved](s.node, s.Bank, &book.RecordOutcome{Payment: swept.ID, State: payment.Executed, Bank: load.Token("swept"), Value: s.book.Date()})
}

// takenBack is money for a receivable that nobody has financed, which the bank takes back; and some for one that is.
func takenBack(n *node, w *load.World) {
	n.t.Helper()
	s := &servicing{n, w}
	r := fresh(n, w, 990, 3_000_00)
	receipt := s.receipt(funding.Financing{Programme: w.Discounting, Currency: w.Currency}, 3_000_00, n.book.Date())
	must[*book.ReceivablePaid](n, w.Maker, &book.Allocate{Receipt: receipt, Receivable: r, Amount: 3_000_00, Payer: book.ByBuyer})
	must[*book.ProgrammeStopped](n, w.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("not financed")})
	for number := uint64(1); ; number++ {
		if f := book.Record(n.book, "financing", number).(funding.Financing); f.Programme == w.Discounting && f.State == funding.Outstanding {
			s.pays(f, 500_00, n.book.Date(), book.ByBuyer)
			return
		}
	}
}

// latestOut is the youngest but so many of the financings.
func latestOut(n *node, back uint64) funding.Financing {
	return book.Record(n.book, "financing", book.Counts(n.book)["financing"]-back).(funding.Financing)
}

// servicing is a world in which money comes in for financings.
type servicing struct {
	*node
	*load.World
}

// receipt is money that came into the programme of a financing.
func (s *servicing) receipt(f funding.Financing, amount money.Minor, value calendar.Date) id.Receipt {
	s.t.Helper()
	return must[*book.ReceiptRecorded](s.node, s.Bank, &book.RecordReceipt{
		Programme: f.Programme, Line: load.Token("line " + id.Make[id.Receipt](1, book.Counts(s.book)["receipt"]).String()), Amount: amount,
		Currency: f.Currency, Value: value, Booking: s.book.Date(), Text: load32("money"),
	}).Receipt.ID
}

// pays brings money and allocates it.
func (s *servicing) pays(f funding.Financing, amount money.Minor, value calendar.Date, payer book.Payer) *book.FinancingServiced {
	s.t.Helper()
	return must[*book.FinancingServiced](s.node, s.Maker, &book.Allocate{
		Receipt: s.receipt(f, amount, value), Receivable: f.Receivable, Amount: amount, Payer: payer,
	})
}

func (s *servicing) now(f funding.Financing) funding.Financing {
	return book.Record(s.book, "financing", f.ID.Number()).(funding.Financing)
}

func (s *servicing) sound() {
	s.t.Helper()
	for _, breach := range book.Check(s.book) {
		s.t.Errorf("%s: %s", breach.Code, breach.Sentence)
	}
}

// out is a financing of so much, paid out, due in so many days.
func (s *servicing) out(number uint64, discount bool, amount money.Minor, days int) funding.Financing {
	s.t.Helper()
	l := s.NewLife(number)
	l.Discount, l.Amount, l.Due = discount, amount, s.book.Date().AddDays(days)
	s.node.live(&l, 0, 9)
	return latestOut(s.node, 0)
}

func newServicing(t *testing.T) *servicing {
	n := newNode(t)
	return &servicing{n, n.world(2)}
}

// Receivables discounting advances 85 % at the funder's rate, ACT/360: money that comes to light late is reckoned from its
// value date, as if it had been allocated then.
func TestMoneyCountsFromItsValueDate(t *testing.T) {
	in, late := newServicing(t), newServicing(t)
	var standing [2]book.Standing
	for i, s := range []*servicing{in, late} {
		f := s.out(2, true, 20_000_00, 60)
		value := s.book.Date().AddDays(20)
		must[*book.DayOpened](s.node, s.Maker, &book.OpenDay{Date: value})
		if i == 0 {
			s.pays(f, 5_000_00, value, book.ByBuyer)
		}
		must[*book.DayOpened](s.node, s.Maker, &book.OpenDay{Date: value.AddDays(20)})
		s.pays(f, 2_000_00, s.book.Date(), book.ByBuyer)
		s.sound()
		if i == 1 {
			s.pays(f, 5_000_00, value, book.ByBuyer)
		} else {
			s.pays(f, 1, value.AddDays(20), book.ByBuyer)
		}
		s.sound()
		g := s.now(f)
		standing[i] = book.Standing{Repaid: g.Repaid, InterestDue: g.InterestDue, InterestPaid: g.InterestPaid}
	}
	standing[0].Repaid-- // the cent
	if standing[0] != standing[1] || standing[0].InterestDue != 0 || standing[0].InterestPaid == 0 {
		t.Errorf("in time %+v, late %+v", standing[0], standing[1])
	}
}

// A discount is earned by time: what is paid in part before the due date earns what its days ahead would have.
func TestDiscountIsEarnedByTime(t *testing.T) {
	s := newServicing(t)
	f := s.out(2, false, 36_000_00, 60)
	must[*book.DayOpened](s.node, s.Maker, &book.OpenDay{Date: s.book.Date().AddDays(15)})
	s.pays(f, 18_000_00, s.book.Date(), book.ByBuyer)
	// Half of the discount by the half that is repaid, and of the other half 15 of its 62 days.
	if got := s.now(f).Earned; f.Discount != 297_60 || got != 148_80+36_00 {
		t.Errorf("of %d, %d are earned", f.Discount, got)
	}
	s.sound()
}

// A journal from before facts were kept has shared out collections of its own, each rounded by itself.
func TestCollectionsFromBeforeFactsWereKept(t *testing.T) {
	s := newServicing(t)
	f := s.out(2, true, 20_000_00, 60)
	must[*book.DayOpened](s.node, s.Maker, &book.OpenDay{Date: s.book.Date().AddDays(30)})
	s.at += 1000
	s.book.Begin(&book.Header{Sequence: s.book.Sequence() + 1, At: s.at, Actor: s.Maker})
	old := &book.FinancingRepaid{Financing: f.ID, Value: s.book.Date()}
	old.Split.Interest, old.Split.Principal = 100_00, 1_000_00
	s.book.Apply(old)
	must[*book.DayOpened](s.node, s.Maker, &book.OpenDay{Date: s.book.Date().AddDays(30)})
	served := s.pays(f, 19_000_00, s.book.Date(), book.ByBuyer)
	g := s.now(f)
	if g.Repaid != g.Principal || g.InterestDue != 0 || served.Standing.InterestPaid != 100_00+served.Split.Interest {
		t.Errorf("%+v after %+v", g, served)
	}
	must[*book.FinancingMoved](s.node, s.Maker, &book.CloseFinancing{Financing: f.ID})
}

// A day is closed in slices, and what financings earn is posted by pair of accounts, not by financing.
func TestInterestAccruesInSlices(t *testing.T) {
	s := newServicing(t)
	for i := range uint64(2_100) {
		l := s.NewLife(2 * i)
		l.Amount = 30_00
		s.node.live(&l, 0, 9)
	}
	accounts, entries := book.Counts(s.book)["account"], s.book.Sequence()
	must[*book.DayOpened](s.node, s.Maker, &book.OpenDay{Date: s.book.Date().AddDays(1)})
	if got := s.book.Sequence() - entries; got != 4 {
		t.Errorf("%d entries open a day for 2,100 financings", got)
	}
	if got := book.Counts(s.book)["account"] - accounts; got > 1 {
		t.Errorf("%d accounts were opened", got)
	}
	s.sound()
}

func BenchmarkCloseOfDay(b *testing.B) {
	n := newNode(b)
	w := n.world(200)
	const lives = 20_000
	for i := range uint64(lives) {
		l := w.NewLife(i)
		n.live(&l, 0, 9)
	}
	for b.Loop() {
		if _, err := n.submit(w.Maker, "", &book.OpenDay{Date: n.book.Date().AddDays(1)}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lives, "ns/financing")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/(lives/1_000), "us/slice")
}

// What came in is taken back after it was paid on: interest is as if it had not come from then on, what was passed on is a
// shortfall by name, and the buyer owes again.
func TestAReversalOpensWhatItHadPaid(t *testing.T) {
	s := newServicing(t)
	f := s.out(2, true, 20_000_00, 60)
	must[*book.DayOpened](s.node, s.Maker, &book.OpenDay{Date: s.book.Date().AddDays(20)})
	all := s.receipt(f, 20_000_00, s.book.Date())
	must[*book.FinancingServiced](s.node, s.Maker, &book.Allocate{Receipt: all, Receivable: f.Receivable, Amount: 20_000_00, Payer: book.ByBuyer})
	must[*book.FinancingMoved](s.node, s.Maker, &book.CloseFinancing{Financing: f.ID})
	closed := s.now(f)
	s.sweep(f.Programme)
	must[*book.DayOpened](s.node, s.Maker, &book.OpenDay{Date: s.book.Date().AddDays(10)})
	if _, err := s.submit(s.Bank, "", &book.ReverseReceipt{Receipt: all, Line: load.Token("back"), Value: s.book.Date().AddDays(-11)}); err == nil {
		t.Error("money was gone before it came")
	}
	must[*book.ProgrammeStopped](s.node, s.Bank, &book.ReverseReceipt{Receipt: all, Line: load.Token("back"), Value: s.book.Date().AddDays(-4)})
	s.sound()
	g := s.now(f)
	r := book.Record(s.book, "receivable", f.Receivable.Number()).(receivable.Receivable)
	// The interest of 20 days is due again, and that of the four days since.
	want := closed.InterestPaid + (g.Principal*money.Minor(g.Rate)*4/360+500_000)/1_000_000
	if g.State != funding.Outstanding || g.Repaid != 0 || g.InterestPaid != 0 || g.InterestDue < want-1 || g.InterestDue > want+1 || r.Paid != 0 || r.State != receivable.Open {
		t.Errorf("%+v, %+v; %d interest", g, r, want)
	}
	must[*book.DayOpened](s.node, s.Maker, &book.OpenDay{Date: s.book.Date().AddDays(1)})
	s.pays(f, 20_000_00, s.book.Date(), book.ByBuyer)
	must[*book.FinancingMoved](s.node, s.Maker, &book.CloseFinancing{Financing: f.ID})
	s.sound()
}
