package book_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/productfile"
	"millrace/lab/load"
	"millrace/products"
)

func init() { refusals = append(refusals, tradeRefusals...) }

// lent are the terms of a loan against goods: half of what they are worth at 7.2 % a year in arrears, without a fee.
func lent(evidence trade.Fact) func(t *product.Terms) {
	return func(t *product.Terms) {
		*t = product.ReceivablesDiscounting(uint16(evidence))
		t.Name, t.Technique, t.Assignment, t.Undertaking = "Order loan", "pre_shipment_finance", product.Pledge, product.UndertakingNone
		t.AdvanceRate, t.FeeRate, t.FeeMinimum, t.SellerLimit = 500_000, 0, 0, false
	}
}

// onOrder is a programme of order loans with money in it.
func (s *scene) onOrder(changes ...func(t *product.Terms)) id.Programme {
	s.t.Helper()
	p := s.programme(func(t *product.Terms) {
		lent(trade.Ordered)(t)
		for _, change := range changes {
			change(t)
		}
	})
	s.deposit(p, s.Funder, 1_000_000_00)
	return p
}

// papers records documents on one order, each of so many pieces at 10.00.
func (s *scene) papers(order string, pieces int, of ...trade.Type) {
	s.t.Helper()
	for _, kind := range of {
		number := order
		var orders []string
		if kind != trade.Order {
			number, orders = fmt.Sprintf("%s of %d for %s", kind, pieces, order), []string{order}
		}
		c := s.paper(kind, number, orders, pieces)
		c.Document.Issued, c.Document.Due = s.book.Date(), s.book.Date().AddDays(30)
		s.give(s.Maker, c)
	}
}

// lending asks for an order loan on the newest trade, due in so many days.
func (s *scene) lending(p id.Programme, amount money.Minor, days int) *book.QuoteTrade {
	return &book.QuoteTrade{Trade: latest[id.Trade](s, "trade"), Programme: p, Payee: s.Accounts[0], Amount: amount, Due: s.book.Date().AddDays(days)}
}

// paidOut accepts the newest quote and has it paid out.
func (s *scene) paidOut() id.Financing {
	s.t.Helper()
	f := s.financing()
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: f})
	s.give(s.Maker, &book.Disburse{Financing: f})
	if s.financed(f).Payment != 0 {
		s.give(s.Bank, &book.RecordOutcome{Payment: s.financed(f).Payment, State: payment.Executed, Value: s.book.Date()})
	}
	return f
}

// An order of 20,000.00 brings 10,000.00 on 1 September 2026 at 7.2 % a year, ACT/360, repaid by the seller after 30 days: 60.00 of
// interest.
func TestAnOrderIsFinancedBeforeThereIsAReceivable(t *testing.T) {
	s := newScene(t)
	p := s.onOrder()
	s.papers("A", 2_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(p, 0, 30))
	if f := s.financed(s.financing()); f.State != funding.Quoted || f.Amount != 20_000_00 || f.Principal != 10_000_00 || f.Net != 10_000_00 || f.Stage != funding.OnOrder || f.At() != funding.OnOrder || f.Obligor() != s.Sellers[0] {
		t.Fatalf("%+v", f)
	}
	f := s.paidOut()
	s.refused("goods_financed", s.SellerActors[0], s.lending(p, 1_000_00, 30))
	loan := ledger.Key{Entity: s.Funder, Programme: p, Counterparty: s.Sellers[0], Code: ledger.LoansToSellers}
	borrowed := ledger.Key{Entity: s.Sellers[0], Counterparty: s.Funder, Code: ledger.Borrowings}
	s.stands(map[ledger.Key]money.Minor{loan: 10_000_00, borrowed: 10_000_00, {Entity: s.Sellers[0], Code: ledger.SellerBank}: 10_000_00})
	s.wait(30)
	rate := s.financed(f).Rate
	interest := money.MulDiv(10_000_00, int64(rate)*30, 360*1_000_000)
	s.stands(map[ledger.Key]money.Minor{loan: 10_000_00, {Entity: s.Sellers[0], Code: ledger.InterestPayable}: interest})
	receipt := s.collect(p, 12_000_00, s.book.Date())
	repay := func(amount money.Minor) *book.Allocate {
		return &book.Allocate{Receipt: receipt, Financing: f, Amount: amount, Payer: book.BySeller}
	}
	s.refused("exceeds_owed", s.Maker, repay(10_000_00+interest+1))
	s.give(s.Maker, repay(10_000_00+interest))
	s.give(s.Maker, &book.CloseFinancing{Financing: f})
	s.stands(map[ledger.Key]money.Minor{
		loan: 0, borrowed: 0, {Entity: s.Sellers[0], Code: ledger.SellerBank}: -interest, {Entity: s.Sellers[0], Code: ledger.FinancingCost}: interest,
	})
	// The goods are free again, until they are billed.
	s.give(s.SellerActors[0], s.lending(p, 5_000_00, 30))
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	s.papers("A", 1_600, trade.DespatchAdvice, trade.Invoice)
	s.refused("amount_changed", s.Maker, &book.Disburse{Financing: s.financing()})
	s.give(s.SellerActors[0], &book.CancelFinancing{Financing: s.financing()})
	s.sound()
}

// What the bank takes back of a repayment is owed again, and a loan that is not repaid is overdue: its seller's, not its buyer's.
func TestAnOrderLoanIsReopenedAndOverdue(t *testing.T) {
	s := newScene(t)
	p := s.onOrder()
	s.papers("A", 1_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(p, 0, 20))
	f := s.paidOut()
	receipt := s.collect(p, 5_000_00, s.book.Date())
	s.give(s.Maker, &book.Allocate{Receipt: receipt, Financing: f, Amount: 5_000_00, Payer: book.BySeller})
	s.give(s.Maker, &book.CloseFinancing{Financing: f})
	s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back")})
	if got := s.financed(f); got.State != funding.Outstanding || got.Exposure() != 5_000_00 {
		t.Errorf("%+v", got)
	}
	s.wait(21)
	if got := s.financed(f); got.State != funding.Overdue {
		t.Errorf("it is %s", got.State)
	}
	s.sound()
	s.papers("B", 1_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(p, 0, 20))
	if got := s.financed(s.financing()); got.State != funding.Referred {
		t.Errorf("another loan to a seller who is late is %s", got.State)
	}
}

// Goods in transit carry their own advance, on what was shipped only; a payment that the bank refuses or takes back frees them.
func TestOnlyWhatWasShippedIsFinancedInTransit(t *testing.T) {
	s := newScene(t)
	p := s.programme(lent(trade.Ordered | trade.Shipped))
	s.deposit(p, s.Funder, 1_000_000_00)
	s.papers("A", 1_000, trade.Order)
	s.refused("evidence_missing", s.SellerActors[0], s.lending(p, 0, 30))
	s.papers("A", 600, trade.DespatchAdvice)
	s.refused("amount_invalid", s.SellerActors[0], s.lending(p, 6_000_01, 30))
	s.give(s.SellerActors[0], s.lending(p, 0, 30))
	if f := s.financed(s.financing()); f.Amount != 6_000_00 || f.Stage != funding.InTransit {
		t.Errorf("%+v", f)
	}
	f := s.paidOut()
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Returned, Value: s.book.Date()})
	if got := s.financed(f); got.State != funding.Cancelled {
		t.Errorf("it is %s", got.State)
	}
	s.give(s.SellerActors[0], s.lending(p, 0, 30))
	s.sound()
}

var tradeRefusals = []refusal{
	{"trade_unknown", "No trade has this identity.", "Take it from the list of trades.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.QuoteTrade{Trade: beyond[id.Trade](s, "trade"), Programme: s.Discounting, Payee: s.Accounts[0], Due: s.Today.AddDays(30)}
	}},
	{"product_for_receivables", "The programme's product finances receivables, and there is none yet.", "Finance the trade in a programme whose product lends to the seller on an order, a despatch or a receipt.", func(s *scene) (id.Actor, book.Command) {
		s.papers("A", 1_000, trade.Order)
		return s.SellerActors[0], s.lending(s.Discounting, 0, 30)
	}},
	{"trade_not_valued", "The lines of the trade don't say what its goods are worth.", "Have the buyer send an order with prices, in units that convert into those of despatch and invoice.", func(s *scene) (id.Actor, book.Command) {
		p := s.onOrder()
		order := s.paper(trade.Order, "A", nil, 10)
		order.Document.Lines[0].Price, order.Document.Lines[0].Amount = 0, 0
		s.give(s.Maker, order)
		return s.SellerActors[0], s.lending(p, 0, 30)
	}},
	{"goods_financed", "The goods of the trade are financed already, and that financing can't be replaced by this one.", "Repay it, or finance the trade at a later stage.", func(s *scene) (id.Actor, book.Command) {
		p := s.onOrder()
		s.papers("A", 1_000, trade.Order)
		s.give(s.SellerActors[0], s.lending(p, 0, 30))
		s.paidOut()
		return s.SellerActors[0], s.lending(p, 0, 30)
	}},
}

// goodsFinanced lends on two orders, one of them twice over: on order first, and again when that is repaid.
func goodsFinanced(n *node, w *load.World) {
	n.t.Helper()
	s := &scene{node: n, World: w}
	s.Today = n.book.Date()
	p := s.onOrder()
	for _, order := range []string{"lent 1", "lent 2"} {
		s.papers(order, 1_000, trade.Order)
		s.give(s.SellerActors[0], s.lending(p, 0, 40))
		s.paidOut()
	}
	way := s.programme(lent(trade.Ordered | trade.Shipped))
	s.deposit(way, s.Funder, 1_000_000_00)
	s.papers("lent 3", 1_000, trade.Order, trade.DespatchAdvice)
	s.give(s.SellerActors[0], s.lending(way, 0, 40))
}

// The product file of pre-shipment finance lends on an order that is accepted, at the price that the file gives by itself; what its clauses
// can't know of an order refers to a person.
func TestPreShipmentFinanceRunsFromItsFile(t *testing.T) {
	s := newScene(t)
	content, _ := products.File("pre-shipment-finance")
	text := string(content)
	for _, change := range [][2]string{
		{"      tax:\n        name: VAT\n        rate: 19 %\n", ""}, {"ordinary_interest: runs_on", "ordinary_interest: ends"},
		{"agreements: [receivables_purchase, set_off_consent]", "agreements: [receivables_purchase]"},
	} {
		if !strings.Contains(text, change[0]) {
			t.Fatalf("the file has no %q", change[0])
		}
		text = strings.Replace(text, change[0], change[1], 1)
	}
	terms, problems := productfile.Read([]byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	p := s.programme(func(t *product.Terms) { *t = terms })
	s.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: p, Party: s.Sellers[0]}, 1_000_000_00, 300)
	s.deposit(p, s.Funder, 1_000_000_00)
	s.papers("A", 1_000, trade.Order)
	s.refused("evidence_missing", s.SellerActors[0], s.lending(p, 0, 60))
	answer := s.paper(trade.OrderResponse, "answer", []string{"A"}, 1_000)
	answer.Document.Accepted = trade.AnswerAccepted
	s.give(s.Maker, answer)
	s.refused("search_missing", s.SellerActors[0], s.lending(p, 0, 60))
	s.give(s.Maker, s.search())
	s.give(s.SellerActors[0], s.lending(p, 0, 60))
	f := s.financed(s.financing())
	deal := product.Deal{Amount: 10_000_00, Invoices: 1, Grade: 2, From: s.book.Date(), Due: s.book.Date().AddDays(60), Calendar: calendar.Target}
	quotation, priced := terms.Quote(&deal, product.Quotation{})
	if priced != product.Priced || f.State != funding.Quoted || f.Net != quotation.Net || f.Fee != quotation.Fee || f.Rate != quotation.Rate || f.Due != quotation.Due {
		t.Fatalf("the book says %+v, the file %s %+v", f, priced, quotation)
	}
	s.paidOut()
	s.sound()
}
