package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, lineRefusals...) }

// route is the programmes of a line, from order to cash.
type route struct{ order, transit, cash id.Programme }

// route opens a programme for each stage: 50 % on order, 70 % in transit, 85 % of the invoice.
func (s *scene) route() route {
	s.t.Helper()
	open := func(change func(t *product.Terms)) id.Programme {
		p := s.programme(change)
		s.deposit(p, s.Funder, 1_000_000_00)
		return p
	}
	return route{
		order: open(lent(trade.Ordered)),
		transit: open(func(t *product.Terms) {
			lent(trade.Ordered | trade.Shipped)(t)
			t.Name, t.AdvanceRate = "Goods in transit", 700_000
		}),
		cash: open(func(t *product.Terms) {
			*t = product.ReceivablesDiscounting(uint16(trade.Invoiced))
			t.Undertaking, t.FeeRate, t.FeeMinimum, t.SellerLimit, t.GraceDays = product.UndertakingNone, 0, 0, false, 0
		}),
	}
}

// proposing a line of a seller.
func (s *scene) lineOf(r route, amount money.Minor) *book.ProposeLine {
	return &book.ProposeLine{
		Seller: s.Sellers[0], Funder: s.Funder, Amount: amount, Programmes: []id.Programme{r.order, r.transit, r.cash}, Expires: s.book.Date().AddDays(200),
	}
}

// line is a live line.
func (s *scene) line(r route, amount money.Minor) id.Line {
	s.t.Helper()
	s.give(s.Maker, s.lineOf(r, amount))
	l := latest[id.Line](s, "line")
	s.give(s.FunderActor, &book.ApproveLine{Line: l})
	return l
}

func (s *scene) out(f id.Financing) money.Minor {
	found := s.financed(f)
	return found.Exposure()
}

func (s *scene) drawn(l id.Line) money.Minor { return book.DrawnOn(s.book, l) }

// cashed asks for a quote on the newest receivable.
func (s *scene) cashed(p id.Programme) *book.RequestQuote {
	return &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
}

// interest at the funder's 4.8 % a year, ACT/360.
func interestOn(amount money.Minor, days int64) money.Minor {
	return money.MulDiv(amount, 48_000*days, 360*1_000_000)
}

// One line from order to cash: 10,000.00 are ordered. 5,000.00 on the order; ten days later, shipped, 7,000.00, of which the order
// loan takes 5,006.67; ten days later, billed, 8,500.00, of which the loan in transit takes 7,008.40; the buyer pays 10,000.00 after
// another 30 days: 34.00 of interest, 8,500.00, and 1,466.00 for the seller.
func TestALineFollowsTheGoodsFromOrderToCash(t *testing.T) {
	s := newScene(t)
	r := s.route()
	l := s.line(r, 8_600_00)
	loan := func(p id.Programme) ledger.Key {
		return ledger.Key{Entity: s.Funder, Programme: p, Counterparty: s.Sellers[0], Code: ledger.LoansToSellers}
	}
	collected := func(p id.Programme) ledger.Key {
		return ledger.Key{Entity: s.Custodian, Programme: p, Counterparty: s.Funder, Code: ledger.CollectionForFunder}
	}
	borrowed := ledger.Key{Entity: s.Sellers[0], Counterparty: s.Funder, Code: ledger.Borrowings}
	bank := ledger.Key{Entity: s.Sellers[0], Code: ledger.SellerBank}

	s.papers("A", 1_000, trade.Order)
	onOrder := s.lending(r.order, 0, 60)
	onOrder.Line = l
	s.give(s.SellerActors[0], onOrder)
	first := s.paidOut()
	s.stands(map[ledger.Key]money.Minor{loan(r.order): 5_000_00, borrowed: 5_000_00, bank: 5_000_00})
	if got := s.drawn(l); got != 5_000_00 {
		t.Errorf("%d is drawn", got)
	}

	s.wait(10)
	s.papers("A", 1_000, trade.DespatchAdvice)
	s.give(s.SellerActors[0], s.lending(r.transit, 0, 60))
	second := s.financing()
	owed := 5_000_00 + interestOn(5_000_00, 10)
	if f := s.financed(second); f.Line != l || f.Converted() != owed || f.Replaces != 5_000_00 || f.Principal != 7_000_00 {
		t.Fatalf("%+v", f)
	}
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: second})
	if got := s.drawn(l); got != 7_000_00 {
		t.Errorf("%d is drawn", got)
	}
	s.refused("disbursement_open", s.Maker, &book.Allocate{Receipt: s.collect(r.order, 100_00, s.book.Date()), Financing: first, Amount: 100_00, Payer: book.BySeller})
	s.give(s.Maker, &book.Disburse{Financing: second})
	if p := book.Record(s.book, "payment", s.payment().Number()).(payment.Payment); p.Amount != 7_000_00-owed {
		t.Errorf("%d is to be paid", p.Amount)
	}
	s.wait(1) // the bank takes a day: the order loan was repaid out of money that was set aside the day before
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: s.book.Date()})
	if f := s.financed(first); f.State != funding.ClosedState || f.InterestPaid != interestOn(5_000_00, 10) {
		t.Errorf("%+v", f)
	}
	s.stands(map[ledger.Key]money.Minor{
		loan(r.order): 0, loan(r.transit): 7_000_00, borrowed: 7_000_00, bank: 5_000_00 + 7_000_00 - owed, collected(r.order): owed,
	})

	s.wait(9)
	s.papers("A", 1_000, trade.Invoice)
	s.give(s.SellerActors[0], s.cashed(r.cash))
	third := s.paidOut()
	repaid := 7_000_00 + interestOn(7_000_00, 9)
	if f := s.financed(third); f.Line != l || f.Converted() != repaid || f.At() != funding.Billed || s.drawn(l) != 8_500_00 {
		t.Errorf("%+v, %d is drawn", f, s.drawn(l))
	}
	s.stands(map[ledger.Key]money.Minor{
		loan(r.transit): 0, loan(r.cash): 8_500_00, borrowed: 8_500_00, bank: 5_000_00 + 7_000_00 - owed + 8_500_00 - repaid, collected(r.transit): repaid,
	})

	s.wait(30)
	s.allocate(s.collect(r.cash, 10_000_00, s.book.Date()), s.receivable(), 10_000_00, book.ByBuyer)
	s.give(s.Maker, &book.CloseFinancing{Financing: third})
	late := s.financed(third).LatePaid
	s.stands(map[ledger.Key]money.Minor{
		loan(r.cash): 0, borrowed: 0, collected(r.cash): 8_500_00 + s.financed(third).InterestPaid + late,
		{Entity: s.Sellers[0], Code: ledger.CollectionsHeld}: 1_500_00 - s.financed(third).InterestPaid - late,
	})
	if s.drawn(l) != 0 || s.financed(third).InterestPaid != interestOn(8_500_00, 30) || late != 0 {
		t.Errorf("%+v", s.financed(third))
	}
}

// What the proceeds don't cover stays out, and what the buyer pays comes to it before the seller gets anything. A reversal takes all
// of it back.
func TestOneWaterfall(t *testing.T) {
	s := newScene(t)
	r := s.route()
	l := s.line(r, 100_000_00)
	s.papers("A", 1_000, trade.Order)
	c := s.lending(r.order, 0, 60)
	c.Line = l
	s.give(s.SellerActors[0], c)
	loan := s.paidOut() // 5,000.00
	s.papers("A", 400, trade.DespatchAdvice, trade.Invoice)
	s.give(s.SellerActors[0], s.cashed(r.cash)) // 4,000.00: 3,400.00, all of which repays the loan
	before := book.Counts(s.book)["payment"]
	cash := s.paidOut()
	if f := s.financed(loan); f.Exposure() != 1_600_00 || f.State != funding.Outstanding || book.Counts(s.book)["payment"] != before+1 || s.financed(cash).State != funding.Outstanding {
		t.Fatalf("%+v", f)
	}
	if s.drawn(l) != 5_000_00 {
		t.Errorf("%d is drawn", s.drawn(l))
	}
	s.stands(nil)
	receipt := s.collect(r.cash, 4_000_00, s.book.Date())
	s.allocate(receipt, s.receivable(), 4_000_00, book.ByBuyer)
	if f := s.financed(loan); f.Exposure() != 1_000_00 || s.out(cash) != 0 {
		t.Errorf("%+v", f)
	}
	held := ledger.Key{Entity: s.Sellers[0], Code: ledger.CollectionsHeld}
	s.stands(map[ledger.Key]money.Minor{held: 0, {Entity: s.Funder, Programme: r.order, Counterparty: s.Sellers[0], Code: ledger.LoansToSellers}: 1_000_00})
	s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back")})
	if f := s.financed(loan); f.Exposure() != 1_600_00 || s.out(cash) != 3_400_00 || s.debt(s.receivable()).Paid != 0 {
		t.Errorf("%+v", f)
	}
	s.stands(nil)
	s.allocate(s.collect(r.cash, 4_000_00, s.book.Date()), s.receivable(), 4_000_00, book.ByBuyer)
	// The rest of the goods is billed, and nobody finances that: what the buyer pays is the loan's first.
	s.papers("A", 600, trade.DespatchAdvice, trade.Invoice)
	receipt = s.collect(r.cash, 6_000_00, s.book.Date())
	s.allocate(receipt, s.receivable(), 6_000_00, book.ByBuyer)
	if f := s.financed(loan); f.State != funding.ClosedState || s.drawn(l) != 0 {
		t.Errorf("%+v", f)
	}
	s.stands(map[ledger.Key]money.Minor{held: 5_000_00})
	s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back again")})
	if f := s.financed(loan); f.State != funding.Outstanding || f.Exposure() != 1_000_00 {
		t.Errorf("%+v", f)
	}
	s.sound()
}

// A bank that sends the rest back undoes the conversion: what was replaced is out again.
func TestAConversionIsUndoneWhenTheBankSendsTheRestBack(t *testing.T) {
	s := newScene(t)
	r := s.route()
	s.papers("A", 1_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(r.order, 0, 60))
	loan := s.paidOut()
	s.papers("A", 1_000, trade.DespatchAdvice)
	s.wait(3)
	s.give(s.SellerActors[0], s.lending(r.transit, 0, 60))
	next := s.paidOut()
	s.stands(nil)
	s.give(s.Bank, &book.RecordOutcome{Payment: s.financed(next).Payment, State: payment.Returned, Value: s.book.Date()})
	if f := s.financed(loan); f.State != funding.Outstanding || f.Exposure() != 5_000_00 || f.InterestDue != interestOn(5_000_00, 3) || s.financed(next).State != funding.Cancelled {
		t.Errorf("%+v", f)
	}
	s.stands(map[ledger.Key]money.Minor{
		{Entity: s.Custodian, Programme: r.transit, Counterparty: s.Funder, Code: ledger.Funding}:           1_000_000_00,
		{Entity: s.Custodian, Programme: r.order, Counterparty: s.Funder, Code: ledger.CollectionForFunder}: 0,
	})
	// It can be replaced again, and one that is cancelled before it is paid out has replaced nothing.
	s.give(s.SellerActors[0], s.lending(r.transit, 0, 60))
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	s.sound()
	s.refused("goods_financed", s.SellerActors[0], s.lending(r.transit, 0, 60))
	s.give(s.SellerActors[0], &book.CancelFinancing{Financing: s.financing()})
	s.sound()
	s.papers("A", 1_000, trade.Invoice)
	s.give(s.SellerActors[0], s.cashed(r.cash))
	s.paidOut()
	s.sound()
	if f := s.financed(loan); f.State != funding.ClosedState {
		t.Errorf("%+v", f)
	}
}

// A line that is suspended, ended or over finances nothing new, and another person resumes it.
func TestALineIsSuspendedAndResumed(t *testing.T) {
	s := newScene(t)
	r := s.route()
	s.give(s.Maker, s.lineOf(r, 5_000_00))
	l := latest[id.Line](s, "line")
	s.papers("A", 1_000, trade.Order)
	draw := s.lending(r.order, 0, 60)
	draw.Line = l
	s.refused("line_state", s.SellerActors[0], draw)
	s.give(s.FunderActor, &book.ApproveLine{Line: l})
	s.give(s.Maker, &book.MoveLine{Line: l, State: funding.LineSuspended})
	s.refused("line_state", s.SellerActors[0], draw)
	s.refused("second_person", s.Maker, &book.MoveLine{Line: l, State: funding.LineLive})
	s.give(s.FunderActor, &book.MoveLine{Line: l, State: funding.LineLive})
	s.give(s.SellerActors[0], draw)
	s.give(s.FunderActor, &book.MoveLine{Line: l, State: funding.LineSuspended})
	s.refused("line_state", s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	s.give(s.Maker, &book.MoveLine{Line: l, State: funding.LineLive})
	s.paidOut()
	s.papers("B", 100, trade.Order)
	more := s.lending(r.order, 0, 60)
	more.Line = l
	s.refused("line_exceeded", s.SellerActors[0], more)
	s.give(s.FunderActor, &book.MoveLine{Line: l, State: funding.LineEnded})
	s.sound()
}

var lineRefusals = []refusal{
	{"line_unknown", "No line has this identity.", "Take it from the list of lines.", func(s *scene) (id.Actor, book.Command) {
		return s.FunderActor, &book.ApproveLine{Line: 1<<40 | 1}
	}},
	{"line_state", "The line is not in the state that this takes.", "Have it approved or resumed, or draw on another.", func(s *scene) (id.Actor, book.Command) {
		l := s.line(s.route(), 1_000_00)
		return s.FunderActor, &book.ApproveLine{Line: l}
	}},
	{"line_stages_invalid", "The programmes make no line: they differ in anchor, currency, custodian or funder, or are not in the order of the stages.", "Name one programme a stage, from order to cash.", func(s *scene) (id.Actor, book.Command) {
		c := s.lineOf(s.route(), 1_000_00)
		c.Programmes[0], c.Programmes[1] = c.Programmes[1], c.Programmes[0]
		return s.Maker, c
	}},
	{"line_move_invalid", "A line can't be brought to this state.", "Suspend it, make it live again, or end it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.MoveLine{Line: s.line(s.route(), 1_000_00), State: funding.LineProposed}
	}},
	{"line_expired", "The last day of use of the line is over.", "Have a new line approved.", func(s *scene) (id.Actor, book.Command) {
		r := s.route()
		c := s.lineOf(r, 1_000_00)
		c.Expires = s.book.Date()
		s.give(s.Maker, c)
		l := latest[id.Line](s, "line")
		s.give(s.FunderActor, &book.ApproveLine{Line: l})
		s.wait(1)
		s.papers("A", 100, trade.Order)
		draw := s.lending(r.order, 0, 60)
		draw.Line = l
		return s.SellerActors[0], draw
	}},
	{"line_other", "The line is for another seller, anchor, currency or funder, or what is replaced draws on another one.", "Draw on the line of these goods.", func(s *scene) (id.Actor, book.Command) {
		r := s.route()
		c := s.lineOf(r, 1_000_00)
		c.Seller = s.Sellers[1]
		s.give(s.Maker, c)
		l := latest[id.Line](s, "line")
		s.give(s.FunderActor, &book.ApproveLine{Line: l})
		s.papers("A", 100, trade.Order)
		draw := s.lending(r.order, 0, 60)
		draw.Line = l
		return s.SellerActors[0], draw
	}},
	{"line_stage", "The line finances goods at this stage in another programme, or not at all.", "Take the programme that the line names for the stage.", func(s *scene) (id.Actor, book.Command) {
		r := s.route()
		l := s.line(r, 1_000_00)
		s.papers("A", 100, trade.Order)
		draw := s.lending(s.onOrder(), 0, 60)
		draw.Line = l
		return s.SellerActors[0], draw
	}},
	{"line_exceeded", "More would be drawn than the line is for.", "Ask for less, repay something, or have a larger line approved.", func(s *scene) (id.Actor, book.Command) {
		r := s.route()
		l := s.line(r, 1_000_00)
		s.papers("A", 1_000, trade.Order)
		draw := s.lending(r.order, 0, 60)
		draw.Line = l
		return s.SellerActors[0], draw
	}},
}

// lined draws on a line: one order is on its way to be replaced, one is replaced, and a second line waits for approval.
func lined(n *node, w *load.World) {
	n.t.Helper()
	s := &scene{node: n, World: w}
	s.Today = n.book.Date()
	r := s.route()
	l := s.line(r, 100_000_00)
	s.give(s.Maker, s.lineOf(r, 1_000_00))
	for i, order := range []string{"lined 1", "lined 2"} {
		s.papers(order, 1_000, trade.Order)
		draw := s.lending(r.order, 0, 40)
		draw.Line = l
		s.give(s.SellerActors[0], draw)
		s.paidOut()
		s.papers(order, 1_000, trade.DespatchAdvice)
		s.give(s.SellerActors[0], s.lending(r.transit, 0, 40))
		if i == 0 {
			s.paidOut()
			continue
		}
		s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	}
}
