package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/lab/load"
)

// BenchmarkMoveHoldings decides, encodes and folds lists of transfers, verified beforehand: the writer's share of the work.
func BenchmarkMoveHoldings(b *testing.B) {
	const many = certificate.HoldingsMax - 1
	n := newNode(b)
	p, err := load.NewPassing(n.submit, 2)
	if err != nil {
		b.Fatal(err)
	}
	moves := make([]book.Move, many)
	for b.Loop() {
		b.StopTimer()
		issued, err := p.Issue(0, many*100, p.Today.AddDays(60))
		if err != nil {
			b.Fatal(err)
		}
		for i := range moves {
			moves[i] = book.Move{Step: certificate.Transfer, Holding: issued.Holding.ID, Amount: 100, To: p.Sellers[1], Debt: p.Debts[0], Discharge: certificate.AtOnce, Expires: n.at + 1e9}
		}
		c := load.Moves(&p.Holders[0], p.Sellers[0], moves...)
		if rejection := book.Prepare(c); rejection != nil {
			b.Fatal(rejection)
		}
		n.at += 1000
		h := book.Header{Sequence: n.book.Sequence() + 1, At: n.at, Actor: p.SellerActors[0]}
		b.StartTimer()
		raw := book.AppendCommand(nil, c)
		events, rejection := n.book.Decide(&h, c)
		if rejection != nil {
			b.Fatal(rejection)
		}
		n.book.Begin(&h)
		for _, e := range events {
			raw = book.AppendEvent(raw, e)
			n.book.Apply(e)
		}
		b.StopTimer()
		n.book.Drain(func(book.Row) {})
		b.ReportMetric(float64(len(raw))/many, "B/move")
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/many, "ns/move")
}
