package view_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/view"
	"millrace/lab/load"
)

// paper is a document about an order of the first seller: of so many pieces at 10.00, on a line numbered as given.
func (s *site) paper(of trade.Type, number, order string, line string, pieces int, others ...string) *book.RecordDocument {
	token := func(of trade.Type, number string) trade.Token {
		return trade.Token(load.Token(fmt.Sprint(of, " ", number)))
	}
	c := &book.RecordDocument{
		Document: trade.Document{
			Type: of, Number: number, OrderNumber: order, Issued: s.world.Today, Due: s.world.Today.AddDays(30), Currency: s.world.Currency,
			Seller: []trade.Token{trade.Token(load.Token("party " + load.SellerName(0)))}, Buyer: []trade.Token{trade.Token(load.Token("party anchor"))},
			Lines: []trade.Line{{Number: line, OrderLine: "1", Quantity: trade.Quantity(pieces) * 1_000_000, Unit: "C62", Price: 10_00000000}},
		},
		Number: token(of, number), Order: token(trade.Order, order), Content: trade.Token(load.Token("content " + of.String() + number)), Channel: "test",
	}
	if of == trade.Order {
		c.Document.Lines[0].Number = "1"
	}
	c.Document.Totals.Payable = money.Minor(pieces) * 10_00
	for _, other := range others {
		c.Others = append(c.Others, token(trade.Order, other))
	}
	return c
}

func (s *site) give(papers ...*book.RecordDocument) {
	s.t.Helper()
	submit := load.SubmitTo(context.Background(), s.engine)
	for _, c := range papers {
		if _, err := submit(s.world.Maker, "", c); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestATradeShowsItsDiscrepanciesWithTheirLines(t *testing.T) {
	s := newSite(t, 0)
	s.give(s.paper(trade.Order, "A", "A", "1", 10), s.paper(trade.ReceiptAdvice, "R", "A", "77", 8), s.paper(trade.Invoice, "I", "A", "9", 10))
	shown, err := s.view().Trade(s.operator(), id.Make[id.Trade](1, 1))
	if err != nil {
		t.Fatal(err)
	}
	document := func(n uint64) string { return id.Make[id.Document](1, n).String() }
	amount := view.AmountOf(20_00, s.world.Currency)
	want := []view.Discrepancy{{
		Kind: "invoiced_above_received", Amount: &amount, Quantity: "2", Unit: "C62", Against: "8",
		First:  &view.DocumentLine{Document: document(3), Type: "invoice", Number: "I", Line: "9"},
		Second: &view.DocumentLine{Document: document(2), Type: "receipt_advice", Number: "R", Line: "77"},
	}}
	if diff := cmp.Diff(want, shown.Discrepancies); diff != "" {
		t.Error(diff)
	}
	if shown.Kind != "goods" || shown.Lines[0].Unit != "C62" || shown.Lines[0].Open != "2.000000" {
		t.Errorf("%+v", shown)
	}
}

func TestMergedTradesAreShownAsOne(t *testing.T) {
	s := newSite(t, 0)
	s.give(s.paper(trade.Order, "A", "A", "1", 10), s.paper(trade.Order, "B", "B", "1", 10), s.paper(trade.Order, "C", "C", "1", 10),
		s.paper(trade.DespatchAdvice, "D", "B", "1", 10, "C"), s.paper(trade.Invoice, "I", "A", "1", 10, "C"))
	v := s.view()
	for number := uint64(1); number <= 3; number++ {
		of := id.Make[id.Trade](1, number)
		shown, err := v.Trade(s.operator(), of)
		if err != nil || shown.ID != id.Make[id.Trade](1, 1).String() || len(shown.Merged) != 2 {
			t.Errorf("%s: %s of %v, %v", of, shown.ID, shown.Merged, err)
		}
		documents, err := v.Documents(s.operator(), view.Query{Trade: of})
		if err != nil || len(documents.Items) != 5 {
			t.Errorf("%s: %d documents, %v", of, len(documents.Items), err)
		}
		receivables, err := v.Receivables(s.operator(), view.Query{Trade: of})
		if err != nil || len(receivables.Items) != 1 {
			t.Errorf("%s: %d receivables, %v", of, len(receivables.Items), err)
		}
	}
}

func TestAProgrammeShowsWhatItTolerates(t *testing.T) {
	s := newSite(t, 0)
	_, err := load.SubmitTo(context.Background(), s.engine)(s.world.Maker, "", &book.ProposeProgramme{
		Product: id.Make[id.Product](1, 1), Anchor: s.world.Anchor, Custodian: s.world.Custodian, Currency: s.world.Currency, Calendar: calendar.Target,
		Funders:    []funding.Funder{{Party: s.world.Funder, Priority: 1, Rate: 48_000}},
		Tolerances: funding.Tolerances{PriceShare: 10_000, PriceAmount: 5_00, UnderDelivery: 20_000, DaysLate: 3},
	})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := s.view().Programme(s.operator(), id.Make[id.Programme](1, 3))
	if err != nil {
		t.Fatal(err)
	}
	amount := view.AmountOf(5_00, s.world.Currency)
	if diff := cmp.Diff(&view.Tolerances{PriceShare: "1.0000", PriceAmount: &amount, UnderDelivery: "2.0000", DaysLate: 3}, shown.Tolerances); diff != "" {
		t.Error(diff)
	}
}
