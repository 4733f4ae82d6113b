package book_test

import (
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/product"
)

// onGoods has a loan paid out on an order that is delivered and billed then.
func (s *scene) onGoods(orders id.Programme) id.Financing {
	s.t.Helper()
	l := s.live(1, dueIn30)
	s.give(s.SellerActors[0], s.lending(orders, 0, 30))
	f := s.paidOut()
	s.node.live(&l, 1, 5)
	return f
}

// An instruction finances no goods twice: a loan on the order is repaid first.
func TestAnInstructionLeavesGoodsThatAreFinanced(t *testing.T) {
	s := newScene(t)
	orders := s.onOrder()
	s.give(s.SellerActors[0], s.instructing(func(terms *book.InstructionTerms) { terms.AmountMost, terms.TotalMost = 120_000_00, 120_000_00 }))
	refused := s.followed(func() { s.onGoods(orders) })
	if r := s.debt(s.receivable()); r.Financing != 0 || !slices.ContainsFunc(refused, func(r book.InstructionRefusal) bool { return r.Code == "goods_financed" }) {
		t.Fatalf("%+v, %+v", r, refused)
	}
}

// Goods that a loan finances are neither paid early nor in a pool until that is repaid.
func TestGoodsThatAreFinancedStayOutOfPoolsAndEarlyPayment(t *testing.T) {
	s := newScene(t).payer()
	orders := s.onOrder()
	s.lends(s.Payables)
	f := s.onGoods(orders)
	early, pooled := s.accept(s.offer(), s.receivable()), &book.PoolReceivables{Programme: s.Payables, Receivables: []id.Receivable{s.receivable()}}
	s.refused("goods_financed", s.SellerActors[0], early)
	s.refused("goods_financed", s.SellerActors[0], pooled)
	owed := s.out(f)
	s.give(s.Maker, &book.Allocate{Receipt: s.collect(orders, owed, s.book.Date()), Financing: f, Amount: owed, Payer: book.BySeller})
	s.give(s.Maker, &book.CloseFinancing{Financing: f})
	s.give(s.SellerActors[0], early)
	s.sound()
}

// What a seller has put up in an auction its instruction leaves to the bidders.
func TestAnInstructionLeavesAnAuctionAlone(t *testing.T) {
	f := newScene(t).fairground()
	a := f.offered(f.putUp(1))
	refused := f.followed(func() { f.give(f.scene.SellerActors[0], f.instructing(func(*book.InstructionTerms) {})) })
	if r := f.debt(a.Items[0].Receivable); r.Financing != 0 || len(refused) != 1 || refused[0].Code != "auction_running" {
		t.Fatalf("%+v, %+v", r, refused)
	}
}

// A fee that the seller pays at the due date is a cost as much as one that is kept from the proceeds.
func TestAnInstructionCountsLaterFees(t *testing.T) {
	for when, financed := range map[product.When]bool{product.AtDisbursement: true, product.AtDue: false} {
		terms := termsOf(t, "receivables-discounting")
		terms.Policy = terms.Policy[:1]
		fee := &terms.Fees[0]
		fee.When, fee.Rate, fee.Minimum = when, 2_500, 0
		if when == product.AtDue {
			fee.Rate, terms.Waterfall = 10_000, append([]product.Tier{product.TierFees}, terms.Waterfall...)
		}
		r := newRun(t, terms, deals["receivables-discounting"])
		r.give(r.SellerActors[0], r.instructing(func(t *book.InstructionTerms) {
			t.Programmes, t.PriceLeast, t.CostMost = []id.Programme{r.programme}, 1, 60_000
		}))
		refused := r.followed(r.evidence)
		if got := r.debt(r.receivable()); (got.Financing != 0) != financed || !financed && refused[len(refused)-1].Code != "instruction_price" {
			t.Errorf("%v: %+v, %+v", when, got, refused)
		}
		if financed && r.now().State != funding.Accepted {
			t.Errorf("%+v", r.now())
		}
	}
}
