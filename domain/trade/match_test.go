package trade_test

import (
	"fmt"
	"slices"
	"testing"

	"millrace/domain/trade"
)

func item(n int) trade.Token { return trade.Token{byte(n), 1, 2, 3, 4, 5, 6, 7} }

// lines makes one line per quantity, of pieces, each with a reference to the order's line.
func lines(price trade.UnitPrice, pieces ...int) []trade.Line {
	var made []trade.Line
	for i, n := range pieces {
		made = append(made, trade.Line{
			Number: fmt.Sprint(i + 1), OrderLine: fmt.Sprint(i + 1), Item: item(i + 1), Quantity: trade.Quantity(n) * 1_000_000, Price: price,
		})
	}
	return made
}

func unreferenced(of []trade.Line) []trade.Line {
	for i := range of {
		of[i].OrderLine = ""
	}
	return of
}

func TestMatching(t *testing.T) {
	const price = 12_00000000
	order := trade.Document{Type: trade.Order, Lines: lines(price, 10, 5)}
	for _, test := range []struct {
		name        string
		documents   []trade.Document
		differences []string
		grade       int
	}{
		{"as ordered", []trade.Document{order, {Type: trade.DespatchAdvice, Lines: lines(0, 10, 5)}, {Type: trade.ReceiptAdvice, Lines: lines(0, 10, 5)}, {Type: trade.Invoice, Lines: lines(price, 10, 5)}}, nil, 4},
		{"partial delivery, invoiced as delivered", []trade.Document{order, {Type: trade.DespatchAdvice, Lines: lines(0, 6, 5)}, {Type: trade.ReceiptAdvice, Lines: lines(0, 6, 5)}, {Type: trade.Invoice, Lines: lines(price, 6, 5)}}, nil, 4},
		{"delivered in two parts, invoiced in two", []trade.Document{
			order, {Type: trade.ReceiptAdvice, Lines: lines(0, 6, 5)}, {Type: trade.Invoice, Lines: lines(price, 6, 5)},
			{Type: trade.ReceiptAdvice, Lines: lines(0, 4)}, {Type: trade.Invoice, Lines: lines(price, 4)},
		}, nil, 3},
		{"invoiced whole, delivered in part", []trade.Document{order, {Type: trade.ReceiptAdvice, Lines: lines(0, 6, 5)}, {Type: trade.Invoice, Lines: lines(price, 10, 5)}}, []string{"invoiced_above_received"}, 3},
		{"and the rest delivered later", []trade.Document{order, {Type: trade.ReceiptAdvice, Lines: lines(0, 6, 5)}, {Type: trade.Invoice, Lines: lines(price, 10, 5)}, {Type: trade.ReceiptAdvice, Lines: lines(0, 4)}}, nil, 3},
		{"a credit note for what did not come", []trade.Document{order, {Type: trade.ReceiptAdvice, Lines: lines(0, 6, 5)}, {Type: trade.Invoice, Lines: lines(price, 10, 5)}, {Type: trade.CreditNote, Lines: lines(price, 4)}}, nil, 3},
		{"a higher price", []trade.Document{order, {Type: trade.ReceiptAdvice, Lines: lines(0, 10, 5)}, {Type: trade.Invoice, Lines: lines(price+1, 10, 5)}}, []string{"price_above_order"}, 3},
		{"a lower price is no difference", []trade.Document{order, {Type: trade.ReceiptAdvice, Lines: lines(0, 10, 5)}, {Type: trade.Invoice, Lines: lines(price-1, 10, 5)}}, nil, 3},
		{"more than was ordered", []trade.Document{order, {Type: trade.DespatchAdvice, Lines: lines(0, 12, 5)}, {Type: trade.ReceiptAdvice, Lines: lines(0, 12, 5)}, {Type: trade.Invoice, Lines: lines(price, 12, 5)}}, []string{"invoiced_above_ordered", "received_above_ordered"}, 4},
		{"lost on the way", []trade.Document{order, {Type: trade.DespatchAdvice, Lines: lines(0, 10, 5)}, {Type: trade.ReceiptAdvice, Lines: lines(0, 9, 5)}, {Type: trade.Invoice, Lines: lines(price, 9, 5)}}, []string{"received_below_shipped"}, 4},
		{"invoiced above what was shipped, nothing received", []trade.Document{order, {Type: trade.DespatchAdvice, Lines: lines(0, 9, 5)}, {Type: trade.Invoice, Lines: lines(price, 10, 5)}}, []string{"invoiced_above_shipped"}, 3},
		{"lines without a reference meet by their item", []trade.Document{order, {Type: trade.ReceiptAdvice, Lines: unreferenced(lines(0, 10, 5))}, {Type: trade.Invoice, Lines: lines(price, 10, 5)}}, nil, 3},
		{"no reference anywhere", []trade.Document{{Type: trade.ReceiptAdvice, Lines: unreferenced(lines(0, 10, 5))}, {Type: trade.Invoice, Lines: unreferenced(lines(price, 10, 5))}}, nil, 2},
		{"a line that nobody ordered", []trade.Document{order, {Type: trade.ReceiptAdvice, Lines: lines(0, 10, 5, 1)}, {Type: trade.Invoice, Lines: lines(price, 10, 5, 1)}}, []string{"line_not_ordered"}, 3},
		{"credited without an invoice", []trade.Document{order, {Type: trade.CreditNote, Lines: lines(price, 1)}}, []string{"credited_above_invoiced"}, 1},
		{"an order that the seller refused", []trade.Document{order, {Type: trade.OrderResponseSimple, Accepted: trade.AnswerRejected}}, []string{"order_refused"}, 1},
		{"the order comes last", []trade.Document{{Type: trade.Invoice, Lines: lines(price, 10, 5)}, {Type: trade.ReceiptAdvice, Lines: lines(0, 10, 5)}, order}, nil, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			var of trade.Trade
			for i := range test.documents {
				of = of.Add(&test.documents[i], uint32(i+1))
			}
			if got := of.Differences.Names(); !slices.Equal(got, test.differences) {
				t.Errorf("differences %v, want %v", got, test.differences)
			}
			if got := of.Facts.Grade(); got != test.grade {
				t.Errorf("grade %d, want %d", got, test.grade)
			}
			if int(of.Documents) != len(test.documents) {
				t.Errorf("%d documents", of.Documents)
			}
		})
	}
}

func TestASecondDeliveryIsNoRenumberedInvoice(t *testing.T) {
	order := trade.Document{Type: trade.Order, Lines: lines(1, 10)}
	delivery := trade.Document{Type: trade.ReceiptAdvice, Lines: lines(0, 5)}
	invoice := trade.Document{Type: trade.Invoice, Lines: lines(1, 5)}
	of := trade.Trade{}.Add(&order, 1).Add(&delivery, 2).Add(&invoice, 3)
	if !of.WouldExceed(&invoice) {
		t.Error("five came and five are billed: the same five again are too many")
	}
	of = of.Add(&delivery, 4)
	if of.WouldExceed(&invoice) {
		t.Error("ten came: five more may be billed")
	}
}

func TestAddLeavesTheTradeBeforeAsItWas(t *testing.T) {
	order := trade.Document{Type: trade.Order, Lines: lines(1, 10)}
	before := trade.Trade{}.Add(&order, 1)
	kept := before.Lines[0]
	before.Add(&trade.Document{Type: trade.Invoice, Lines: lines(2, 10)}, 2)
	if before.Lines[0] != kept || before.Facts != trade.Ordered {
		t.Error("adding a document changed the trade that was")
	}
}

func TestQuantitiesStopInsteadOfOverflowing(t *testing.T) {
	flood := trade.Document{Type: trade.DespatchAdvice}
	for range 2000 {
		flood.Lines = append(flood.Lines, trade.Line{OrderLine: "1", Quantity: trade.QuantityMax})
	}
	var of trade.Trade
	for range 1000 {
		of = of.Add(&flood, 1)
	}
	if of.Lines[0].Shipped < trade.QuantityMax {
		t.Errorf("%d", of.Lines[0].Shipped)
	}
}

func TestFindings(t *testing.T) {
	if len(trade.FindingCodes) > 64 {
		t.Fatal("a set holds 64 findings at most")
	}
	for i, code := range trade.FindingCodes {
		if set := trade.BitOf(code); set != 1<<i || !trade.Known(code) || !slices.Equal(set.Codes(), []string{code}) {
			t.Errorf("%s: %b", code, set)
		}
	}
	if trade.Known("unheard_of") {
		t.Error("a code that is not in the list")
	}
}

func TestNamesOfTradesAndDocuments(t *testing.T) {
	for of := trade.Order; of <= trade.CreditNote; of++ {
		if of.String() == "" || of.String() == "unknown" {
			t.Errorf("type %d has no name", of)
		}
	}
	if got := trade.Type(99).String(); got != "unknown" {
		t.Error(got)
	}
	if got := fmt.Sprint(trade.Quantity(1_500_000), trade.UnitPrice(250_000_000)); got != "1.500000 2.50000000" {
		t.Error(got)
	}
	if all := (trade.Ordered | trade.Agreed | trade.Shipped | trade.Received | trade.Invoiced | trade.Confirmed); len(all.Names()) != 6 || !all.Matched() || !all.Performed() {
		t.Error(all.Names())
	}
}
