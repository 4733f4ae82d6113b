package intake_test

import (
	"context"
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/trade"
	"millrace/edge/document"
)

func prepared(t *testing.T, change func(d *document.Document)) *book.RecordDocument {
	t.Helper()
	n, _ := open(t)
	doc := invoice()
	change(doc)
	c, err := n.Prepare(context.Background(), doc, []byte(doc.Number), "folder")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOrdersAndDespatchesThatLinesNameAreFollowed(t *testing.T) {
	n, _ := open(t)
	doc := invoice()
	doc.Lines = []document.Line{
		{Number: "1", OrderNumber: "PO-1", DespatchNumber: "D 1"}, {Number: "2", OrderNumber: "po-2"}, {Number: "3", OrderNumber: "PO-2"}, {Number: "4", OrderNumber: "PO-3", DespatchNumber: "d 1"},
	}
	doc.DespatchNumbers = []string{"D 2"}
	c, err := n.Prepare(context.Background(), doc, []byte("several"), "folder")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Others) != 4 || c.Document.Lines[3].OrderNumber != "PO-3" {
		t.Fatalf("%d others, %+v", len(c.Others), c.Document.Lines)
	}
	second, err := n.Prepare(context.Background(), &document.Document{Type: trade.Order, Number: "PO-2"}, []byte("order"), "folder")
	if err != nil {
		t.Fatal(err)
	}
	despatch, err := n.Prepare(context.Background(), &document.Document{Type: trade.DespatchAdvice, Number: "D 2"}, []byte("despatch"), "folder")
	if err != nil {
		t.Fatal(err)
	}
	if c.Others[0] != second.Number || c.Others[2] != despatch.Number {
		t.Error("the tokens are not those of order and despatch advice")
	}
}

func TestMoreDespatchesThanAreFollowedAreNoReasonToRefuse(t *testing.T) {
	if c := prepared(t, func(d *document.Document) {
		for i := range 300 {
			d.DespatchNumbers = append(d.DespatchNumbers, fmt.Sprint("D", i))
		}
	}); len(c.Others) != book.OthersMax {
		t.Errorf("%d others", len(c.Others))
	}
	if c := prepared(t, func(d *document.Document) {
		for i := range 300 {
			d.Lines = append(d.Lines, document.Line{OrderNumber: fmt.Sprint("PO", i)})
		}
	}); len(c.Others) != book.OthersMax+1 {
		t.Errorf("%d others: the book must refuse it", len(c.Others))
	}
}

func TestWhatIsRejectedOrNotAcceptedIsNotCounted(t *testing.T) {
	receipt := prepared(t, func(d *document.Document) {
		d.Type = trade.ReceiptAdvice
		d.Lines = []document.Line{{Number: "1", Quantity: 10_000_000, Rejected: 3_000_000}}
	})
	if l := receipt.Document.Lines[0]; l.Quantity != 7_000_000 || l.Rejected != 3_000_000 {
		t.Errorf("%+v", l)
	}
	answer := prepared(t, func(d *document.Document) {
		d.Type = trade.OrderResponse
		d.Lines = []document.Line{
			{Number: "1", Quantity: 10_000_000, Status: "5"}, {Number: "2", Quantity: 10_000_000, Status: "7"}, {Number: "3", Status: "5"}, {Number: "4", Quantity: 6_000_000, Status: "3"},
		}
	})
	got := ""
	for _, l := range answer.Document.Lines {
		got += fmt.Sprint(l.Number, ": ", l.Quantity, "; ")
	}
	if got != "1: 10.000000; 2: 0.000000; 4: 6.000000; " {
		t.Error(got)
	}
}
