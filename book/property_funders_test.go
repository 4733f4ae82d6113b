package book_test

import (
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/discounting"
	"millrace/domain/dispute"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// For any limits of the funders and any payments of the buyer, disputed or taken back in between: the parts and what is unplaced are
// the whole; no funder gets more than its share; once all is paid each has got exactly its share and late interest on it, and the
// seller the rest; and a book that is loaded from its rows is the same.
func TestPlacementsProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newScene(t).syndicate(funding.Dropped(rapid.IntRange(0, 1).Draw(r, "dropped")))
		s.lent = rapid.Bool().Draw(r, "lent")
		if s.lent { // with recourse for disputes, in arrears, 85 % of it
			s.market.Programme = s.lending()
		}
		amount := money.Minor(rapid.Int64Range(3_000_00, 90_000_00).Draw(r, "amount"))
		for _, bidder := range s.market.Bidders {
			if rapid.IntRange(0, 2).Draw(r, "limited") == 0 {
				s.limit(credit.LimitKey{Kind: credit.FunderLimit, Programme: s.market.Programme, Party: bidder}, money.Minor(rapid.Int64Range(1_000_00, 40_000_00).Draw(r, "limit")), 300)
			}
		}
		s.live(5, amounting(amount), dueIn30)
		p := s.ask()
		sum := p.Unplaced
		for _, f := range s.parts(p) {
			sum += f.Amount
		}
		if sum != amount || p.Unplaced < 0 {
			t.Fatalf("%d of %d, %d unplaced", sum, amount, p.Unplaced)
		}
		s.partsOut(p)
		s.sound()
		if s.payAtRandom(r, p); s.stopped() {
			return // what the seller had been given beyond the parts was taken back: a shortfall
		}
		for _, f := range s.parts(p) {
			if f.Repaid != f.Principal {
				t.Fatalf("%s has got %d of %d", f.ID, f.Repaid, f.Principal)
			}
			s.give(s.Maker, &book.CloseFinancing{Financing: f.ID})
		}
		held := book.BalanceOf(s.book, ledger.Key{Entity: s.Custodian, Programme: s.market.Programme, Counterparty: s.Sellers[0], Code: ledger.CollectionForSeller, Currency: s.Currency})
		if !s.lent && held != p.Unplaced {
			t.Fatalf("the seller has got %d, %d were unplaced", held, p.Unplaced)
		}
		s.sound()
		if again := s.node.reloaded(); again.Digest() != s.book.Digest() || len(book.Check(again)) > 0 {
			t.Fatal("the book that is loaded from its rows is another")
		}
	})
}

// payAtRandom lets the buyer pay a placement's receivable in up to five pieces, then all that is left.
func (s *syndicate) payAtRandom(r *rapid.T, p funding.Placement) {
	for range rapid.IntRange(0, 5).Draw(r, "pieces") {
		left := s.outstanding(p.Receivable)
		if left <= 1 {
			break
		}
		s.wait(rapid.IntRange(1, 20).Draw(r, "days"))
		if s.debt(p.Receivable).Disputed == 0 && rapid.IntRange(0, 4).Draw(r, "dispute") == 0 {
			s.give(s.Buyer, &book.OpenDispute{Receivable: p.Receivable, Amount: 1_00, Reason: dispute.Quality, Text: load32("scratched")})
			s.sound()
		}
		piece := money.Minor(rapid.Int64Range(1, int64(left)).Draw(r, "piece"))
		receipt := s.collect(s.market.Programme, piece, s.book.Date().AddDays(-rapid.IntRange(0, 1).Draw(r, "back")))
		s.allocate(receipt, p.Receivable, piece, book.ByBuyer)
		s.sound()
		for _, f := range s.parts(p) {
			if f.Repaid > f.Principal {
				s.t.Fatalf("%s has got %d of %d", f.ID, f.Repaid, f.Principal)
			}
		}
		if s.outstanding(p.Receivable) > 0 && rapid.IntRange(0, 3).Draw(r, "taken back") == 0 {
			s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back " + receipt.String())})
			s.sound()
		}
	}
	for !s.stopped() && s.owed(p) > 0 {
		all := s.owed(p)
		s.allocate(s.collect(s.market.Programme, all, s.book.Date()), p.Receivable, all, book.ByBuyer)
		s.sound()
	}
}

// owed is what the buyer still has to pay today, with late interest on top.
func (s *syndicate) owed(p funding.Placement) money.Minor {
	owed := s.outstanding(p.Receivable)
	for _, f := range s.parts(p) {
		if !s.lent { // else the seller bears it
			owed += f.LateDue
		}
	}
	return owed
}

// For any offers and any receivables that sellers ask to be paid for: discount and cash are the debt, budget and account are never
// exceeded, and with the payment the debt has ended; what the bank refuses or returns leaves everything as it was.
func TestEarlyPaymentsProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newScene(t).payer()
		c := s.offering()
		c.Budget = money.Minor(rapid.Int64Range(10_000_00, 300_000_00).Draw(r, "budget"))
		c.Steps[0].Rate = money.Rate(rapid.Int64Range(0, 60_000).Draw(r, "first"))
		c.Steps[1].Rate = money.Rate(rapid.Int64Range(60_000, 80_000).Draw(r, "second"))
		c.YieldLeast = money.Rate(rapid.Int64Range(0, 40_000).Draw(r, "yield"))
		s.give(s.Buyer, c)
		offer := latest[id.EarlyOffer](s.scene, "early_offer")
		spent, fees := money.Minor(0), money.Minor(0)
		for range rapid.IntRange(1, 4).Draw(r, "payments") {
			var all []id.Receivable
			for range rapid.IntRange(1, 3).Draw(r, "debts") {
				due := load.Opening.AddDays(rapid.IntRange(5, 115).Draw(r, "due"))
				s.live(rapid.IntRange(4, 5).Draw(r, "confirmed"), amounting(money.Minor(rapid.Int64Range(100_00, 60_000_00).Draw(r, "amount"))), func(l *load.Life) { l.Due = due })
				all = append(all, s.receivable())
			}
			count := book.Counts(s.book)["early_payment"]
			_, err := s.submit(s.SellerActors[0], "", s.accept(offer, all...))
			if err != nil {
				if s.rejected.Code != "early_budget" && s.rejected.Code != "early_not_priced" {
					t.Fatal(err)
				}
				continue
			}
			e := s.paid(count + 1)
			if e.Cash+e.Discount != e.Amount || e.Discount < 0 || spent+e.Cash > c.Budget {
				t.Fatalf("%+v after %d of %d", e, spent, c.Budget)
			}
			if waiting := book.Record(s.book, "payment", e.Payment.Number()).(payment.Payment); waiting.State == payment.AwaitingApproval {
				s.give(s.Checker, &book.ApprovePayment{Payment: e.Payment, Decision: book.Approve})
			}
			outcome := rapid.SampledFrom([]payment.State{payment.Executed, payment.Executed, payment.Refused, payment.Returned}).Draw(r, "outcome")
			if outcome == payment.Returned {
				s.give(s.Bank, &book.RecordOutcome{Payment: e.Payment, State: payment.Executed, Value: s.Today})
				s.sound()
			}
			s.give(s.Bank, &book.RecordOutcome{Payment: e.Payment, State: outcome, Value: s.Today})
			s.sound()
			for _, one := range all {
				if paid := s.outstanding(one) == 0; paid != (outcome == payment.Executed) {
					t.Fatalf("%s: %s", outcome, one)
				}
			}
			if outcome == payment.Executed {
				spent, fees = spent+e.Cash, fees+e.Fee
			}
		}
		s.stands(map[ledger.Key]money.Minor{
			{Entity: s.Custodian, Programme: s.early, Counterparty: s.Anchor, Code: ledger.Funding}: 1_000_000_00 - spent - fees,
			{Entity: s.Sellers[0], Code: ledger.SellerBank}:                                         spent,
		})
		if o := book.Record(s.book, "early_offer", offer.Number()).(discounting.Offer); o.Spent != spent {
			t.Fatalf("%d is spent, the offer says %d", spent, o.Spent)
		}
		if again := s.node.reloaded(); again.Digest() != s.book.Digest() || len(book.Check(again)) > 0 {
			t.Fatal("the book that is loaded from its rows is another")
		}
	})
}

func (s *scene) outstanding(of id.Receivable) money.Minor {
	r := s.debt(of)
	return r.Outstanding()
}

func (s *syndicate) stopped() bool {
	return book.Record(s.book, "programme", s.market.Programme.Number()).(funding.Programme).Stopped
}

// lending is a programme of the same funders that lend against receivables.
func (s *syndicate) lending() id.Programme {
	s.t.Helper()
	terms := product.ReceivablesDiscounting(uint16(trade.Ordered | trade.Received | trade.Invoiced))
	s.give(s.Maker, &book.ProposeProduct{Terms: terms})
	s.give(s.Checker, &book.ApproveProduct{Product: latest[id.Product](s.scene, "product")})
	c := s.propose()
	c.Product, c.Sharing, c.Funders = latest[id.Product](s.scene, "product"), funding.ProRata, nil
	for i, bidder := range s.market.Bidders {
		c.Funders = append(c.Funders, funding.Funder{Party: bidder, Priority: uint8(i + 1), Rate: money.Rate(50_000 + 5_000*i), Commitment: money.Minor(i+1) * 100})
	}
	s.give(s.Maker, c)
	p := latest[id.Programme](s.scene, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	keys := append(s.keysOf(p), credit.LimitKey{Kind: credit.SellerLimit, Programme: p, Party: s.Sellers[0]})
	for i, bidder := range s.market.Bidders {
		if s.deposit(p, bidder, 1_000_000_00); i > 0 {
			keys = append(keys, credit.LimitKey{Kind: credit.FunderLimit, Programme: p, Party: bidder})
		}
		if err := s.World.Ground(s.submit, p, bidder); err != nil {
			s.t.Fatal(err)
		}
	}
	for _, key := range keys {
		s.limit(key, 1_000_000_00, 300)
	}
	return p
}
