package trade_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode"

	"millrace/domain/money"
	"millrace/domain/trade"
)

// told makes a line: order line, quantity with its unit, and a price.
func told(line, quantity, unit string, price string) trade.Line {
	l := trade.Line{Number: line, OrderLine: line, Unit: unit}
	var whole, cents int64
	fmt.Sscanf(quantity, "%d", &whole)
	l.Quantity = trade.Quantity(whole) * 1_000_000
	if price != "" {
		fmt.Sscanf(price, "%d.%d", &whole, &cents)
		l.Price = trade.UnitPrice(whole*100+cents) * 1_000_000
	}
	return l
}

// billed gives a line its net amount, in cents: what its allowances and charges leave.
func billed(l trade.Line, cents int64) trade.Line {
	l.Amount = money.Minor(cents)
	return l
}

func document(of trade.Type, lines ...trade.Line) trade.Document {
	return trade.Document{Type: of, Number: of.String(), Currency: euro, Lines: lines, Accepted: trade.AnswerAmended}
}

// cases has for every difference a trade that a person can work out by hand. The documents are numbered from 1.
var cases = []struct {
	what      string
	documents []trade.Document
	want      []string // kind: quantity unit of base, worth, first line / second line
}{
	{"10 ordered at 10.00, billed at 12.00: 20.00 too much for what is 100.00 by the order", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "10.00")), document(trade.Invoice, told("1", "10", "C62", "12.00")),
	}, []string{"price_above_order: 10 C62 of 10000, worth 2000, 2.1/1.1"}},
	{"120.00 for 10 at 13.00 after a line allowance of 10.00, ordered at 12.00: no more is asked", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "12.00")), document(trade.Invoice, billed(told("1", "10", "C62", "13.00"), 120_00)),
	}, nil},
	{"the price of the order, and a line charge of 5.00 on it", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "12.00")), document(trade.Invoice, billed(told("1", "10", "C62", "12.00"), 125_00)),
	}, []string{"price_above_order: 10 C62 of 12000, worth 500, 2.1/1.1"}},
	{"an order with a line allowance of 10 %, billed at the net price", []trade.Document{
		document(trade.Order, billed(told("1", "10", "C62", "10.00"), 90_00)), document(trade.Invoice, told("1", "10", "C62", "9.00")),
	}, nil},
	{"a third of 10.00 is 3.33, which is no higher price", []trade.Document{
		document(trade.Order, billed(told("1", "3", "C62", ""), 10_00)), document(trade.Invoice, billed(told("1", "1", "C62", ""), 3_33), billed(told("1", "2", "C62", ""), 6_67)),
	}, nil},
	{"an allowance on the whole document is no matter of prices", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "10.00")),
		{Type: trade.Invoice, Number: "I", Currency: euro, Lines: []trade.Line{told("1", "10", "C62", "10.00")}, Totals: trade.Totals{LineExtension: 100_00, Allowance: 7_00, TaxExclusive: 93_00, Payable: 93_00}},
	}, nil},
	{"12.00 a dozen ordered, 1.01 a piece billed: 24 pieces cost 24.24 instead of 24.00", []trade.Document{
		document(trade.Order, told("1", "2", "DZN", "12.00")), document(trade.Invoice, told("1", "24", "C62", "1.01")),
	}, []string{"price_above_order: 24 C62 of 2400, worth 24, 2.1/1.1"}},
	{"2 dozen ordered and 24 pieces billed agree", []trade.Document{
		document(trade.Order, told("1", "2", "DZN", "12.00")), document(trade.ReceiptAdvice, told("1", "12", "PR", "")), document(trade.Invoice, told("1", "24", "EA", "1.00")),
	}, nil},
	{"8 received, 10 billed for 50.00: 2 too many, 10.00", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00")), document(trade.ReceiptAdvice, told("1", "8", "C62", "")), document(trade.Invoice, told("1", "10", "C62", "5.00")),
	}, []string{"invoiced_above_received: 2 C62 of 8, worth 1000, 3.1/2.1"}},
	{"and credited again", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00")), document(trade.ReceiptAdvice, told("1", "8", "C62", "")), document(trade.Invoice, told("1", "10", "C62", "5.00")),
		document(trade.CreditNote, told("1", "2", "C62", "5.00")),
	}, nil},
	{"8 shipped, 10 billed, nothing received yet", []trade.Document{
		document(trade.DespatchAdvice, told("1", "8", "C62", "")), document(trade.Invoice, told("1", "10", "C62", "5.00")),
	}, []string{"invoiced_above_shipped: 2 C62 of 8, worth 1000, 2.1/1.1"}},
	{"10 ordered, 12 shipped, taken and billed", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00")), document(trade.DespatchAdvice, told("1", "12", "C62", "")),
		document(trade.ReceiptAdvice, told("1", "12", "C62", "")), document(trade.Invoice, told("1", "12", "C62", "5.00")),
	}, []string{"invoiced_above_ordered: 2 C62 of 10, worth 1000, 4.1/1.1", "received_above_ordered: 2 C62 of 10, worth 1000, 3.1/1.1"}},
	{"10 sent, 9 arrived, 9 billed", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00")), document(trade.DespatchAdvice, told("1", "10", "C62", "")),
		document(trade.ReceiptAdvice, told("1", "9", "C62", "")), document(trade.Invoice, told("1", "9", "C62", "5.00")),
	}, []string{"received_below_shipped: 1 C62 of 10, worth 500, 3.1/2.1"}},
	{"10 sent, 10 arrived, 3 of them rejected, 7 billed", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00")), document(trade.DespatchAdvice, told("1", "10", "C62", "")),
		document(trade.ReceiptAdvice, rejecting(told("1", "7", "C62", ""), 3)), document(trade.Invoice, told("1", "7", "C62", "5.00")),
	}, []string{"goods_rejected: 3 C62 of 10, worth 1500, 3.1/2.1"}},
	{"10 taken and billed, 4 sent back: too much is billed until it is credited", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00")), document(trade.ReceiptAdvice, told("1", "10", "C62", "")),
		document(trade.Invoice, told("1", "10", "C62", "5.00")), document(trade.ReceiptAdvice, told("1", "-4", "C62", "")),
	}, []string{"invoiced_above_received: 4 C62 of 6, worth 2000, 3.1/4.1"}},
	{"10 ordered, 6 promised: 4 on back-order, and 6 shipped and billed", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00")), document(trade.OrderResponse, told("1", "6", "C62", "")),
		document(trade.DespatchAdvice, told("1", "6", "C62", "")), document(trade.Invoice, told("1", "6", "C62", "5.00")),
	}, []string{"agreed_below_ordered: 4 C62 of 10, worth 2000, 2.1/1.1"}},
	{"and the rest promised in another answer", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00")), document(trade.OrderResponse, told("1", "6", "C62", "")), document(trade.OrderResponse, told("1", "4", "C62", "")),
	}, nil},
	{"a second line that nobody ordered, billed for 7.00", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00")), document(trade.Invoice, told("1", "10", "C62", "5.00"), told("2", "1", "C62", "7.00")),
	}, []string{"line_not_ordered: 1 C62 of 0, worth 700, 2.2/-"}},
	{"the seller refuses", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00")), {Type: trade.OrderResponseSimple, Accepted: trade.AnswerRejected},
	}, []string{"order_refused: 0  of 0, worth 0, 2.0/-"}},
	{"3 credited of 2 billed", []trade.Document{
		document(trade.Invoice, told("1", "2", "C62", "5.00")), document(trade.CreditNote, told("1", "3", "C62", "5.00")),
	}, []string{"credited_above_invoiced: 1 C62 of 2, worth 500, 2.1/1.1"}},
	{"ordered by the piece, billed by the kilogram: 100.00 that nobody can check", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "10.00")), document(trade.Invoice, told("1", "25", "KGM", "4.00")),
	}, []string{"unit_differs: 25 KGM of 0, worth 10000, 2.1/1.1"}},
	{"two invoices in units that can't be added up", []trade.Document{
		document(trade.Invoice, told("1", "2", "C62", "5.00")), document(trade.Invoice, told("1", "3", "KGM", "5.00")),
	}, []string{"unit_differs: 2 C62 of 0, worth 2500, 1.1/2.1"}},
	{"promised for the 10th, received on the 13th", []trade.Document{
		{Type: trade.Order, Number: "A", Delivery: 9, Lines: []trade.Line{told("1", "1", "C62", "")}},
		{Type: trade.OrderResponseSimple, Accepted: trade.AnswerAccepted, Delivery: 10},
		{Type: trade.ReceiptAdvice, Issued: 13, Lines: []trade.Line{told("1", "1", "C62", "")}},
	}, []string{"delivered_late: 3 DAY of 0, worth 0, 3.0/1.0"}},
	{"ordered in euros, billed in dollars: prices say nothing", []trade.Document{
		document(trade.Order, told("1", "10", "C62", "10.00")),
		{Type: trade.Invoice, Number: "I", Currency: dollar, Lines: []trade.Line{told("1", "10", "C62", "12.00")}},
	}, []string{"currency_differs: 0  of 0, worth 0, 2.0/1.0"}},
}

func rejecting(l trade.Line, pieces trade.Quantity) trade.Line {
	l.Rejected = pieces * 1_000_000
	return l
}

func print(d *trade.Discrepancy) string {
	at := func(l trade.LineReference) string {
		if l.Document == 0 {
			return "-"
		}
		return fmt.Sprintf("%d.%d", l.Document, l.Line)
	}
	base := d.Base
	if d.Kind != trade.PriceAboveOrder {
		base /= 1_000_000
	}
	return fmt.Sprintf("%s: %d %s of %d, worth %d, %s/%s", d.Kind.Names()[0], d.Quantity/1_000_000, d.Unit, base, d.Amount, at(d.First), at(d.Second))
}

func TestEveryDiscrepancyByHand(t *testing.T) {
	shown := map[string]bool{}
	for _, test := range cases {
		of := matched(test.documents)
		var got []string
		for i := range of.Discrepancies {
			got = append(got, print(&of.Discrepancies[i]))
			shown[of.Discrepancies[i].Kind.Names()[0]] = true
		}
		if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", test.what, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
	for _, name := range trade.DifferenceNames() {
		if !shown[name] {
			t.Errorf("no case shows %s", name)
		}
	}
}

func TestWhatStaysOpenOfAnOrder(t *testing.T) {
	of := matched([]trade.Document{
		document(trade.Order, told("1", "10", "C62", "5.00"), told("2", "4", "DZN", "")), document(trade.DespatchAdvice, told("1", "6", "C62", ""), told("2", "12", "C62", "")),
	})
	lines := of.Comparisons()
	if lines[0].Open != 4_000_000 || lines[1].Open != 3_000_000 {
		t.Errorf("%d, %d", lines[0].Open, lines[1].Open)
	}
}

func TestKindsOfTradeAndTheirGrades(t *testing.T) {
	goods, hours := told("1", "10", "C62", "10.00"), told("1", "10", "HUR", "10.00")
	of := func(typ trade.Type, code string, l trade.Line, totals trade.Totals) trade.Document {
		d := document(typ, l)
		d.TypeCode, d.Totals = code, totals
		return d
	}
	none := trade.Totals{}
	for _, test := range []struct {
		what      string
		documents []trade.Document
		kind      trade.Kind
		performed bool
		grade     int
	}{
		{"goods, shipped", []trade.Document{of(trade.Order, "", goods, none), of(trade.DespatchAdvice, "", goods, none), of(trade.Invoice, "380", goods, none)}, trade.Goods, true, 3},
		{"work, of which the seller tells", []trade.Document{of(trade.Order, "", hours, none), of(trade.DespatchAdvice, "", hours, none), of(trade.Invoice, "380", hours, none)}, trade.Services, false, 2},
		{"work that the buyer accepts", []trade.Document{of(trade.Order, "", hours, none), of(trade.ReceiptAdvice, "", hours, none), of(trade.Invoice, "380", hours, none)}, trade.Services, true, 4},
		{"a milestone that it accepts", []trade.Document{of(trade.Order, "", told("1", "1", "LS", "900.00"), none), of(trade.ReceiptAdvice, "", told("1", "1", "LS", ""), none)}, trade.Services, true, 3},
		{"self-billed on a receipt", []trade.Document{of(trade.Order, "", goods, none), of(trade.ReceiptAdvice, "", goods, none), of(trade.Invoice, "389", goods, none)}, trade.EvaluatedReceipt, true, 3},
		{"self-billed, nothing received", []trade.Document{of(trade.Order, "", goods, none), of(trade.Invoice, "389", goods, none)}, trade.EvaluatedReceipt, false, 1},
		{"paid in advance", []trade.Document{of(trade.Order, "", goods, none), of(trade.Invoice, "386", goods, none)}, trade.Advance, false, 2},
		{"prepaid in part, and received", []trade.Document{of(trade.Order, "", goods, none), of(trade.ReceiptAdvice, "", goods, none), of(trade.Invoice, "380", goods, trade.Totals{Prepaid: 1})}, trade.Advance, true, 3},
	} {
		got := matched(test.documents)
		if got.Kind != test.kind || got.Performed() != test.performed || got.Grade() != test.grade {
			t.Errorf("%s: %s, performed %t, grade %d", test.what, got.Kind, got.Performed(), got.Grade())
		}
	}
	for kind, table := range trade.Grades {
		sum := 0
		for _, p := range table {
			sum += p.Points
		}
		if sum != trade.GradeMax {
			t.Errorf("the table of %s adds up to %d", trade.Kind(kind), sum)
		}
	}
}

// 8 received at 10.00 and 3 dozen at 12.00 a dozen make 116.00 payable, whatever the buyer bills itself.
func TestEvaluatedReceipt(t *testing.T) {
	of := matched([]trade.Document{
		document(trade.Order, told("1", "10", "C62", "10.00"), told("2", "4", "DZN", "12.00")),
		document(trade.ReceiptAdvice, told("1", "8", "C62", ""), told("2", "36", "C62", "")),
	})
	if got := of.Evaluated(); got != 116_00 {
		t.Error(got)
	}
}

func TestDiscrepanciesAreBounded(t *testing.T) {
	var order, invoice []trade.Line
	for i := range 2000 {
		order = append(order, told(fmt.Sprint(i), "1", "C62", "1.00"))
		invoice = append(invoice, told(fmt.Sprint(i), "2", "C62", "1.00"))
	}
	of := matched([]trade.Document{document(trade.Order, order...), document(trade.Invoice, invoice...)})
	if len(of.Discrepancies) != trade.DiscrepanciesMax || int(of.Omitted) != 2000-trade.DiscrepanciesMax {
		t.Errorf("%d, %d left out", len(of.Discrepancies), of.Omitted)
	}
}

// BenchmarkAdd folds a document of one line, and one of 2,000, into trades of 1 to 4,000 lines.
func BenchmarkAdd(b *testing.B) {
	made := func(of trade.Type, n int) trade.Document {
		d := trade.Document{Type: of, Number: "A", OrderNumber: "A", Currency: euro}
		for i := range n {
			d.Lines = append(d.Lines, told(fmt.Sprint(i), "1", "C62", "1.00"))
		}
		return d
	}
	for _, size := range []int{1, 500, 1000, 2000, 4000} {
		order := made(trade.Order, size)
		of := trade.Trade{}.Add(&order, 1)
		for _, lines := range []int{1, size} {
			b.Run(fmt.Sprintf("trade=%d/document=%d", size, lines), func(b *testing.B) {
				invoice := made(trade.Invoice, lines)
				b.ReportAllocs()
				for b.Loop() {
					of.Add(&invoice, 2)
				}
			})
		}
	}
}

var dollar, _ = money.ParseCurrency("USD")

func TestTheGuideNamesEveryKindAndEveryUnit(t *testing.T) {
	guide, err := os.ReadFile("../../doc/MATCHING.md")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, word := range strings.FieldsFunc(string(guide), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
		words[word] = true
	}
	for _, name := range trade.DifferenceNames() {
		if !words[name] {
			t.Errorf("the guide does not name %s", name)
		}
	}
	for _, u := range trade.Units {
		if !words[u.Code] {
			t.Errorf("the guide does not name %s", u.Code)
		}
	}
}
