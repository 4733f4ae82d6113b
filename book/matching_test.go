package book_test

import (
	"fmt"
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"
)

func init() {
	refusals = append(refusals, []refusal{
		{"orders_too_many", "The document names more orders and despatch advices than are followed.", "Divide it.", func(s *scene) (id.Actor, book.Command) {
			return s.Maker, s.invoice(func(c *book.RecordDocument) { c.Others = make([]trade.Token, book.OthersMax+1) })
		}},
		{"tolerance_invalid", "A tolerance lies outside its bounds.", "Shares are 0 to 100 %, amounts not below zero, delays at most 366 days.", func(s *scene) (id.Actor, book.Command) {
			c := s.propose()
			c.Tolerances.UnderDelivery = money.RateOne + 1
			return s.Maker, c
		}},
	}...)
}

func numberOf(of trade.Type, number string) trade.Token {
	return trade.Token(load.Token(fmt.Sprintf("number %s %s", of, number)))
}

// paper is a document of the first seller about orders, the first of which is the document's own. Each line is of the
// order's line with its place: pieces at 10.00.
func (s *scene) paper(of trade.Type, number string, orders []string, pieces ...int) *book.RecordDocument {
	c := &book.RecordDocument{
		Document: trade.Document{
			Type: of, Number: number, Issued: s.Today, Due: s.Today.AddDays(30), Currency: s.Currency,
			Seller: []trade.Token{trade.Token(load.Token("party " + load.SellerName(0)))}, Buyer: []trade.Token{trade.Token(load.Token("party anchor"))},
		},
		Number: numberOf(of, number), Content: trade.Token(load.Token(fmt.Sprintf("content %s %s", of, number))), Channel: "test",
	}
	total := money.Minor(0)
	for i, n := range pieces {
		line := trade.Line{Number: fmt.Sprint(i + 1), OrderLine: fmt.Sprint(i + 1), Quantity: trade.Quantity(n) * 1_000_000, Unit: "C62", Price: 10_00000000, Amount: money.Minor(n) * 10_00}
		total += line.Amount
		c.Document.Lines = append(c.Document.Lines, line)
	}
	if of == trade.Invoice {
		c.Document.Totals = trade.Totals{Payable: total}
	}
	for i, order := range orders {
		if i == 0 {
			c.Document.OrderNumber, c.Order = order, numberOf(trade.Order, order)
			continue
		}
		c.Others = append(c.Others, numberOf(trade.Order, order))
	}
	return c
}

// over puts the lines from a place on onto another order, where they are the first ones.
func over(c *book.RecordDocument, from int, order string) *book.RecordDocument {
	for i := from; i < len(c.Document.Lines); i++ {
		c.Document.Lines[i].OrderNumber, c.Document.Lines[i].OrderLine = order, fmt.Sprint(i-from+1)
	}
	return c
}

func (s *scene) trade(of id.Trade) trade.Trade {
	t := book.Record(s.book, "trade", of.Number()).(trade.Trade)
	if t.MergedInto != 0 {
		return s.trade(t.MergedInto)
	}
	return t
}

func permutations(of int) [][]int {
	if of == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, shorter := range permutations(of - 1) {
		for at := range of {
			all = append(all, slices.Insert(slices.Clone(shorter), at, of-1))
		}
	}
	return all
}

func TestOneInvoiceOverTwoOrdersInWhateverOrderTheDocumentsCome(t *testing.T) {
	base := newScene(t)
	given := base.book.Digest()
	for _, order := range permutations(5) {
		s := newScene(t)
		if s.book.Digest() != given {
			t.Fatal("another world")
		}
		papers := []*book.RecordDocument{
			s.paper(trade.Order, "A", nil, 10, 5), s.paper(trade.Order, "B", nil, 4),
			s.paper(trade.ReceiptAdvice, "RA", []string{"A"}, 10, 5), s.paper(trade.ReceiptAdvice, "RB", []string{"B"}, 3),
			over(s.paper(trade.Invoice, "I", []string{"A", "B"}, 10, 5, 4), 2, "B"),
		}
		for _, i := range order {
			s.give(s.Maker, papers[i])
		}
		r := s.debt(s.receivable())
		if got := book.Counts(s.book)["receivable"]; got != 1 || r.Face != 190_00 {
			t.Fatalf("%v: %d receivables, face %d", order, got, r.Face)
		}
		stands := s.trade(r.Trade)
		if stands.ID.Number() != 1 || stands.Documents != 5 || len(stands.Lines) != 3 {
			t.Fatalf("%v: %s of %d documents and %d lines", order, stands.ID, stands.Documents, len(stands.Lines))
		}
		want := trade.Discrepancy{Kind: trade.InvoicedAboveReceived, Unit: trade.UnitOf("C62"), Quantity: 1_000_000, Base: 3_000_000, Amount: 10_00}
		if len(stands.Discrepancies) != 1 {
			t.Fatalf("%v: %v", order, stands.Discrepancies)
		}
		got := stands.Discrepancies[0]
		if got.First.Line != 3 || got.Second.Line != 1 || got.First.Document == 0 || got.Second.Document == 0 {
			t.Errorf("%v: the lines %v and %v", order, got.First, got.Second)
		}
		got.Key, got.First, got.Second = 0, trade.LineReference{}, trade.LineReference{}
		if got != want {
			t.Errorf("%v: %+v", order, got)
		}
		s.sound()
	}
}

func TestAMergedTradeIsFoundUnderItsOldIdentity(t *testing.T) {
	s := newScene(t)
	for _, of := range []string{"A", "B"} {
		s.give(s.Maker, s.paper(trade.Order, of, nil, 10))
		s.give(s.Maker, s.paper(trade.ReceiptAdvice, "R"+of, []string{of}, 10))
		s.give(s.Maker, s.paper(trade.Invoice, "I"+of, []string{of}, 5))
	}
	if got := book.Record(s.book, "pair", 1).(book.Pair).Trades; got != 2 {
		t.Fatalf("%d trades with an invoice", got)
	}
	second := s.debt(s.receivable())
	events := must2(s, s.paper(trade.DespatchAdvice, "D", []string{"A", "B"}, 10))
	if merged := events[1].(*book.TradesMerged); merged.Into.Number() != 1 || !slices.Equal(merged.From, []id.Trade{second.Trade}) {
		t.Fatalf("%+v", merged)
	}
	if got := book.Record(s.book, "pair", 1).(book.Pair).Trades; got != 1 {
		t.Errorf("%d trades with an invoice", got)
	}
	old := book.Record(s.book, "trade", second.Trade.Number()).(trade.Trade)
	if old.MergedInto.Number() != 1 || len(old.Lines) != 0 || old.Facts != 0 {
		t.Errorf("%+v", old)
	}
	// A confirmation of the second receivable, a credit note for it and a document of its order reach the trade that stands.
	s.give(s.Buyer, s.Signed(load.Confirmation(&second, receivable.Irrevocable, 50_00), 0))
	credit := s.paper(trade.CreditNote, "C", nil, 5)
	credit.Invoice, credit.Document.Totals.Payable = numberOf(trade.Invoice, "IB"), 50_00
	s.give(s.Maker, credit)
	s.give(s.Maker, s.paper(trade.Invoice, "more", []string{"B"}, 5))
	if got := s.trade(second.Trade); got.Facts&trade.Confirmed == 0 || got.Documents != 9 {
		t.Errorf("%v, %d documents", got.Facts.Names(), got.Documents)
	}
	if got := s.debt(second.ID); got.Outstanding() != 50_00 || got.Credited != 50_00 {
		t.Errorf("what is irrevocable has shrunk: %+v", got)
	}
	// The same bytes again are known for what they are.
	if again := must2(s, s.paper(trade.Invoice, "IB", []string{"B"}, 5))[0].(*book.DuplicateFound); again.Trade.Number() != 1 || again.Receivable != second.ID {
		t.Errorf("%+v", again)
	}
	s.sound()
}

// must2 gives a document and returns the events.
func must2(s *scene, c *book.RecordDocument) []book.Event {
	s.t.Helper()
	events, err := s.submit(s.Maker, "", c)
	if err != nil {
		s.t.Fatal(err)
	}
	return events
}

func TestACreditNoteThatComesBeforeItsInvoice(t *testing.T) {
	for _, order := range permutations(4) {
		s := newScene(t)
		credit := s.paper(trade.CreditNote, "C", nil, 2)
		credit.Invoice, credit.Document.Totals.Payable = numberOf(trade.Invoice, "I"), 20_00
		papers := []*book.RecordDocument{
			s.paper(trade.Order, "A", nil, 10), s.paper(trade.ReceiptAdvice, "R", []string{"A"}, 8), s.paper(trade.Invoice, "I", []string{"A"}, 10), credit,
		}
		for _, i := range order {
			s.give(s.Maker, papers[i])
		}
		r := s.debt(s.receivable())
		if r.Face != 100_00 || r.Owed() != 80_00 {
			t.Errorf("%v: face %d, owed %d", order, r.Face, r.Owed())
		}
		if got := s.trade(r.Trade); got.Differences != 0 || len(got.Prospects) != 0 || got.Documents != 4 {
			t.Errorf("%v: %v, %d wait, %d documents", order, got.Differences.Names(), len(got.Prospects), got.Documents)
		}
		s.sound()
	}
}

func TestServicesAreEarnedByAcceptance(t *testing.T) {
	s := newScene(t)
	hours := func(c *book.RecordDocument) *book.RecordDocument {
		for i := range c.Document.Lines {
			c.Document.Lines[i].Unit = "HUR"
		}
		return c
	}
	s.give(s.Maker, hours(s.paper(trade.Order, "A", nil, 40)))
	s.give(s.Maker, hours(s.paper(trade.DespatchAdvice, "timesheet", []string{"A"}, 40)))
	s.give(s.Maker, hours(s.paper(trade.Invoice, "I", []string{"A"}, 40)))
	if got := book.Counts(s.book)["receivable"]; got != 0 {
		t.Fatal("the seller's own timesheet has made a receivable")
	}
	refused := hours(s.paper(trade.ReceiptAdvice, "no", []string{"A"}, 0))
	refused.Document.Lines[0].Rejected = 40_000_000
	s.give(s.Maker, refused)
	if got := book.Counts(s.book)["receivable"]; got != 0 {
		t.Fatal("refused hours have made a receivable")
	}
	s.give(s.Maker, hours(s.paper(trade.ReceiptAdvice, "yes", []string{"A"}, 40)))
	got := s.trade(s.debt(s.receivable()).Trade)
	if got.Kind != trade.Services || !got.Facts.Has(trade.Ordered|trade.Accepted|trade.Invoiced) || got.Grade() != 4 {
		t.Errorf("%s, %v, grade %d", got.Kind, got.Facts.Names(), got.Grade())
	}
	s.sound()
}

func TestThePrepaidPartIsNoFace(t *testing.T) {
	for _, test := range []struct {
		totals trade.Totals
		face   money.Minor
	}{
		{trade.Totals{TaxInclusive: 100_00, Prepaid: 30_00, Payable: 70_00}, 70_00},
		{trade.Totals{TaxInclusive: 100_00, Prepaid: 30_00, Payable: 100_00}, 70_00}, // it forgets to take it off
		{trade.Totals{TaxInclusive: 100_00, Prepaid: 100_00}, 0},
	} {
		s := newScene(t)
		invoice := s.paper(trade.Invoice, "I", []string{"A"}, 10)
		invoice.Document.Totals = test.totals
		s.give(s.Maker, s.paper(trade.Order, "A", nil, 10))
		s.give(s.Maker, s.paper(trade.ReceiptAdvice, "R", []string{"A"}, 10))
		s.give(s.Maker, invoice)
		r := s.debt(s.receivable())
		if got := s.trade(r.Trade); r.Face != test.face || got.Kind != trade.Advance {
			t.Errorf("%+v: face %d, %s", test.totals, r.Face, got.Kind)
		}
		s.sound()
	}
}

func TestAPaymentAskedInAdvanceIsNoReceivable(t *testing.T) {
	s := newScene(t)
	s.give(s.Maker, s.paper(trade.Order, "A", nil, 10))
	advance := s.paper(trade.Invoice, "in advance", []string{"A"}, 10)
	advance.Document.TypeCode = "386"
	s.give(s.Maker, advance)
	if got := book.Counts(s.book)["receivable"]; got != 0 {
		t.Fatal("nothing was delivered")
	}
	if got := s.trade(id.Make[id.Trade](1, 1)); got.Kind != trade.Advance || got.Lines[0].Invoiced != 0 || len(got.Prospects) != 1 {
		t.Errorf("%+v", got)
	}
}

// A programme's tolerances decide what is referred. The trade: 100 ordered at 10.00, 98 received, 100 billed at 10.10.
func TestTolerances(t *testing.T) {
	for _, test := range []struct {
		name     string
		tolerate funding.Tolerances
		state    funding.FinancingState
	}{
		{"none", funding.Tolerances{}, funding.Referred},
		{"of the price only", funding.Tolerances{PriceShare: 10_000}, funding.Referred},
		{"of the quantity only", funding.Tolerances{QuantityShare: 30_000}, funding.Referred},
		{"both", funding.Tolerances{PriceShare: 10_000, QuantityShare: 30_000}, funding.Quoted},
		{"a little less of the price", funding.Tolerances{PriceShare: 9_999, QuantityShare: 30_000}, funding.Referred},
		{"a little less of the quantity", funding.Tolerances{PriceShare: 10_000, QuantityShare: 20_407}, funding.Referred}, // 2 of 98 are 20,408.2 millionths
		{"just so of the quantity", funding.Tolerances{PriceShare: 10_000, QuantityShare: 20_409}, funding.Quoted},
		{"a price that comes to too much", funding.Tolerances{PriceShare: 10_000, PriceAmount: 9_99, QuantityShare: 30_000}, funding.Referred},
		{"by its amount alone", funding.Tolerances{PriceAmount: 10_00, QuantityShare: 30_000}, funding.Quoted},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			c := s.propose()
			c.Product, c.Tolerances = id.Make[id.Product](1, 2), test.tolerate
			s.give(s.Maker, c)
			p := latest[id.Programme](s, "programme")
			s.give(s.Checker, &book.ApproveProgramme{Programme: p})
			s.equip(p)
			invoice := s.paper(trade.Invoice, "I", []string{"A"}, 100)
			invoice.Document.Lines[0].Price, invoice.Document.Lines[0].Amount, invoice.Document.Totals.Payable = 10_10000000, 1_010_00, 1_010_00
			s.give(s.Maker, s.paper(trade.Order, "A", nil, 100))
			s.give(s.Maker, s.paper(trade.ReceiptAdvice, "R", []string{"A"}, 98))
			s.give(s.Maker, invoice)
			r := s.debt(s.receivable())
			s.give(s.Buyer, &book.Confirm{Receivable: r.ID, Undertaking: receivable.Soft, Amount: r.Face})
			s.give(s.SellerActors[0], &book.RequestQuote{Receivable: r.ID, Programme: p, Payee: s.Accounts[0]})
			if got := book.Record(s.book, "financing", s.financing().Number()).(funding.Financing); got.State != test.state {
				t.Errorf("%s: %v, of %+v", got.State, got.Outcomes, s.trade(r.Trade).Discrepancies)
			}
		})
	}
}

// equip gives a programme of receivables discounting its limits and its money.
func (s *scene) equip(p id.Programme) {
	s.t.Helper()
	for _, key := range []credit.LimitKey{
		{Kind: credit.BuyerLimit, Party: s.Anchor}, {Kind: credit.ProgrammeLimit}, {Kind: credit.FunderLimit, Party: s.Funder}, {Kind: credit.SellerLimit, Party: s.Sellers[0]},
	} {
		key.Programme, key.Currency = p, s.Currency
		s.give(s.Maker, &book.ProposeLimit{Key: key, Amount: 1_000_000_00, Expires: s.Today.AddDays(200)})
		s.give(s.Checker, &book.ApproveLimit{Limit: latest[id.Limit](s, "credit_limit")})
	}
	s.give(s.Bank, &book.RecordReceipt{
		Programme: p, Funder: s.Funder, Line: load.Token("deposit"), Amount: 1_000_000_00, Currency: s.Currency, Value: s.Today, Booking: s.Today,
	})
}
