package book_test

import (
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/duplicate"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// box gives order, receipt and invoice of a box of goods that is the same each time.
func (s *scene) box(order, invoice string) (ordered, received, billed *book.RecordDocument) {
	s.t.Helper()
	l := s.NewLife(9000)
	l.Amount = 1_000_00
	ordered, received, billed = l.Step(0).Command.(*book.RecordDocument), l.Step(2).Command.(*book.RecordDocument), l.Step(3).Command.(*book.RecordDocument)
	for _, c := range []*book.RecordDocument{ordered, received, billed} {
		c.Document.Lines = slices.Clone(c.Document.Lines)
		c.Order, c.Document.OrderNumber = trade.Token(load.Token("box order "+order)), order
		c.Content = trade.Token(load.Token(strings.Join([]string{"box", order, invoice, c.Document.Type.String()}, " ")))
	}
	ordered.Document.Number, ordered.Number = order, ordered.Order
	received.Document.Number, received.Number = "R "+order, trade.Token(load.Token("box receipt "+order))
	billed.Document.Number, billed.Number, billed.Lines = invoice, trade.Token(load.Token("box invoice "+invoice)), trade.Token{}
	return ordered, received, billed
}

// anonymous takes the order out of an invoice.
func anonymous(c *book.RecordDocument) *book.RecordDocument {
	c.Order, c.Document.OrderNumber = trade.Token{}, ""
	for i := range c.Document.Lines {
		c.Document.Lines[i].OrderLine = ""
	}
	return c
}

func (s *scene) covers(c *book.RecordDocument) [2]duplicate.Cover {
	s.t.Helper()
	events, err := s.submit(s.Maker, "", c)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range events {
		if kept, ok := e.(*book.DocumentRecorded); ok {
			return [2]duplicate.Cover{kept.Document.Match.Covers.Now(), kept.Document.Match.Covers.Again()}
		}
	}
	s.t.Fatal("no document was kept")
	return [2]duplicate.Cover{}
}

func TestInvoicesWithoutAnOrderAreHeldAgainstTheGoods(t *testing.T) {
	s := newScene(t)
	ordered, received, first := s.box("PO-1", "A-100")
	next, arrived, second := s.box("PO-2", "A-207")
	_, _, third := s.box("PO-3", "A-333")
	want := func(c *book.RecordDocument, now, again duplicate.Cover) {
		t.Helper()
		if got := s.covers(anonymous(c)); got != [2]duplicate.Cover{now, again} {
			t.Errorf("%s: %s and then %s, want %s and %s", c.Document.Number, got[0], got[1], now, again)
		}
	}
	_, _, early := s.box("PO-0", "A-001")
	want(early, duplicate.CoverUnknown, duplicate.CoverUnknown)
	s.give(s.Maker, ordered)
	s.give(s.Maker, next)
	s.give(s.Maker, received)
	// The early one has billed the first box.
	want(first, duplicate.CoverOrdered, duplicate.CoverNone)
	s.give(s.Maker, arrived)
	want(second, duplicate.CoverNone, duplicate.CoverNone)
	want(third, duplicate.CoverNone, duplicate.CoverNone)
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Errorf("%v", breaches)
	}
}

func TestADoubtIsLiftedWhenTheFindingIsCleared(t *testing.T) {
	s := newScene(t)
	ordered, received, first := s.box("PO-1", "A-100")
	_, _, second := s.box("PO-1", "A-10O")
	for _, c := range []*book.RecordDocument{ordered, received} {
		for i := range c.Document.Lines {
			c.Document.Lines[i].Quantity *= 2
			c.Document.Lines[i].Amount *= 2
		}
	}
	second.Document.Totals.Payable++
	for _, c := range []book.Command{ordered, received, first, second} {
		s.give(s.Maker, c)
	}
	r := s.receivable()
	of := book.Record(s.book, "trade", book.Counts(s.book)["trade"]).(trade.Trade)
	if len(of.Doubts) != 1 || len(of.Doubts[0].Lines) != len(second.Document.Lines) {
		t.Fatalf("doubts %v", of.Doubts)
	}
	// What is doubted does not count as billed: one more box is covered.
	_, _, third := s.box("PO-3", "A-555")
	if got := s.covers(anonymous(third)); got[0] != duplicate.CoverArrived {
		t.Errorf("while one is doubted: %s", got[0])
	}
	s.give(s.Maker, &book.ClearFindings{Receivable: r, Codes: []string{trade.FindingNear}, Reason: load32("both came")})
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Errorf("%v", breaches)
	}
	_, _, fourth := s.box("PO-4", "A-777")
	if got := s.covers(anonymous(fourth)); got[0] != duplicate.CoverNone {
		t.Errorf("after it was cleared: %s", got[0])
	}
}
