package book_test

import (
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, tenorRefusals...) }

// another is a second person of a party.
func (s *scene) another(p id.Party, role party.Role) id.Actor {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterActor{Party: p, Role: role})
	return latest[id.Actor](s, "actor")
}

// ladder proposes tranches as the funder.
func (s *scene) ladder(p id.Programme, tranches ...funding.Tranche) *book.ProposeLadder {
	return &book.ProposeLadder{Programme: p, Tranches: tranches}
}

// laddered has tranches in force.
func (s *scene) laddered(p id.Programme, tranches ...funding.Tranche) {
	s.t.Helper()
	s.give(s.FunderActor, s.ladder(p, tranches...))
	s.give(s.another(s.Funder, party.Funder), &book.DecideLadder{Ladder: latest[id.Ladder](s, "ladder"), Decision: book.Approve})
}

// until is a day so many after the business date.
func (s *scene) until(days int) calendar.Date { return s.book.Date().AddDays(days) }

// ordering is a programme of order loans with other terms, and money in it.
func (s *scene) ordering(change func(c *book.ProposeProgramme)) id.Programme {
	s.t.Helper()
	first := s.onOrder()
	c := s.propose()
	c.Product = book.Record(s.book, "programme", first.Number()).(funding.Programme).Product
	change(c)
	s.give(s.Maker, c)
	p := latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range s.keysOf(p) {
		s.limit(key, 1_000_000_00, 300)
	}
	s.founded(p)
	s.deposit(p, s.Funder, 1_000_000_00)
	return p
}

// gapped is one with some days between the ends of assets and funding.
func (s *scene) gapped(days int32) id.Programme {
	return s.ordering(func(c *book.ProposeProgramme) { c.TenorGapDaysMax = days })
}

// An order loan is half of the order. 10,000.00 of the money stay 40 days and 5,000.00 for good; with 5 days between, no more than 5,000.00 may be
// due after 45 days, and 15,000.00 in all.
func TestAssetsDoNotOutlastTheirFunding(t *testing.T) {
	s := newScene(t)
	p := s.gapped(5)
	s.laddered(p, funding.Tranche{Amount: 10_000_00, Until: s.until(40)}, funding.Tranche{Amount: 5_000_00})
	lend := func(order string, pieces, days int) id.Financing {
		s.t.Helper()
		s.papers(order, pieces, trade.Order)
		s.give(s.SellerActors[0], s.lending(p, 0, days))
		return s.paidOut()
	}
	late := lend("A", 800, 60) // 4,000.00
	s.papers("B", 400, trade.Order)
	s.refused("tenor_gap", s.SellerActors[0], s.lending(p, 0, 46))
	s.give(s.SellerActors[0], s.lending(p, 0, 45))
	early := s.paidOut() // 2,000.00
	// 9,000.00 are left of all, and 1,000.00 of what stays longer.
	s.papers("C", 1_802, trade.Order)
	s.refused("tenor_gap", s.SellerActors[0], s.lending(p, 0, 30))
	s.papers("D", 1_800, trade.Order)
	s.give(s.SellerActors[0], s.lending(p, 0, 30))
	quoted := s.financing()
	// The money is promised while the quote stands: asked again at acceptance.
	s.papers("E", 100, trade.Order)
	s.give(s.SellerActors[0], s.lending(p, 0, 30))
	s.paidOut()
	s.refused("tenor_gap", s.SellerActors[0], &book.AcceptQuote{Financing: quoted})
	// An extension asks again, and counts itself once.
	s.refused("tenor_gap", s.Maker, &book.ExtendFinancing{Financing: early, Due: s.until(50), Reason: load32("later")})
	s.laddered(p, funding.Tranche{Amount: 9_000_00, Until: s.until(40)}, funding.Tranche{Amount: 6_000_00})
	s.give(s.Maker, &book.ExtendFinancing{Financing: early, Due: s.until(50), Reason: load32("later")})
	s.give(s.Checker, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	s.give(s.SellerActors[0], &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	if got := s.financed(early); got.Due != s.until(50) {
		t.Fatalf("%+v", got)
	}
	s.refused("tenor_gap", s.FunderActor, s.ladder(p, funding.Tranche{Amount: 9_000_01, Until: s.until(40)}, funding.Tranche{Amount: 5_999_99}))
	// What is repaid is no longer there to outlast anything.
	receipt := s.collect(p, 1_00, s.book.Date())
	s.give(s.Maker, &book.Allocate{Receipt: receipt, Financing: late, Amount: 1_00, Payer: book.BySeller})
	s.laddered(p, funding.Tranche{Amount: 9_000_01, Until: s.until(40)}, funding.Tranche{Amount: 5_999_99})
	// A bank that takes that back decides nothing: it is out again.
	s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("taken back")})
	s.sound()
	s.refused("tenor_gap", s.FunderActor, s.ladder(p, funding.Tranche{Amount: 9_000_01, Until: s.until(40)}, funding.Tranche{Amount: 5_999_99}))
	s.give(s.FunderActor, s.ladder(p))
	s.give(s.another(s.Funder, party.Funder), &book.DecideLadder{Ladder: latest[id.Ladder](s, "ladder"), Decision: book.Approve})
	s.sound()
}

var tenorRefusals = []refusal{
	{"tenor_gap", "Assets would be due later than the money that pays for them stays, with the days that the programme allows between.", "Take an earlier due date, or have the funder extend its tranches.", func(s *scene) (id.Actor, book.Command) {
		p := s.gapped(5)
		s.laddered(p, funding.Tranche{Amount: 5_000_00, Until: s.until(40)})
		s.papers("A", 1_000, trade.Order)
		return s.SellerActors[0], s.lending(p, 0, 60)
	}},
	{"tranches_invalid", "The tranches of a ladder are above zero and in the order of their ends.", "Name each end once, earliest first, and money without an end last.", func(s *scene) (id.Actor, book.Command) {
		return s.FunderActor, s.ladder(s.Payables, funding.Tranche{Amount: 1_00}, funding.Tranche{Amount: 1_00, Until: s.until(10)})
	}},
	{"ladder_unknown", "There is no such maturity ladder.", "Check the identity.", func(s *scene) (id.Actor, book.Command) {
		return s.FunderActor, &book.DecideLadder{Ladder: beyond[id.Ladder](s, "ladder"), Decision: book.Approve}
	}},
	{"ladder_state", "The maturity ladder was decided on already.", "Propose another one.", func(s *scene) (id.Actor, book.Command) {
		s.laddered(s.Payables, funding.Tranche{Amount: 1_000_00})
		return s.FunderActor, &book.DecideLadder{Ladder: latest[id.Ladder](s, "ladder"), Decision: book.Decline}
	}},
}

func TestALadderIsRefused(t *testing.T) {
	s := newScene(t)
	_, stranger := s.funder()
	s.refused("funder_unknown", stranger, s.ladder(s.Payables, funding.Tranche{Amount: 1}))
	s.refused("tranches_invalid", s.FunderActor, s.ladder(s.Payables, make([]funding.Tranche, funding.TranchesMax+1)...))
	s.refused("tranches_invalid", s.FunderActor, s.ladder(s.Payables, funding.Tranche{Amount: 0}))
	s.refused("date_invalid", s.FunderActor, s.ladder(s.Payables, funding.Tranche{Amount: 1, Until: s.until(4_000)}))
	s.give(s.FunderActor, s.ladder(s.Payables, funding.Tranche{Amount: 1_000_00, Until: s.until(10)}))
	l := latest[id.Ladder](s, "ladder")
	s.refused("second_person", s.FunderActor, &book.DecideLadder{Ladder: l, Decision: book.Approve})
	s.refused("other_party", stranger, &book.DecideLadder{Ladder: l, Decision: book.Approve})
	s.refused("decision_invalid", s.another(s.Funder, party.Funder), &book.DecideLadder{Ladder: l})
	s.give(s.another(s.Funder, party.Funder), &book.DecideLadder{Ladder: l, Decision: book.Decline})
	c := s.propose()
	c.TenorGapDaysMax = -1
	s.refused("bound_invalid", s.Maker, c)
	s.sound()
}

// Whatever is lent, repaid, taken back and extended under a ladder: the auditor, which adds it all up again, finds no gap.
func TestNothingOutlastsItsFunding(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newScene(t)
		p := s.gapped(3)
		s.laddered(p, funding.Tranche{Amount: 3_000_00, Until: s.until(30)}, funding.Tranche{Amount: 2_000_00, Until: s.until(50)}, funding.Tranche{Amount: 1_500_00})
		var loans []id.Financing
		var receipts []id.Receipt
		for i := range rapid.IntRange(3, 10).Draw(r, "steps") {
			switch rapid.IntRange(0, 3).Draw(r, "step") {
			case 0, 1:
				s.papers(string(rune('A'+i)), rapid.IntRange(50, 400).Draw(r, "pieces"), trade.Order)
				if _, err := s.submit(s.SellerActors[0], "", s.lending(p, 0, rapid.IntRange(20, 70).Draw(r, "days"))); err == nil {
					loans = append(loans, s.paidOut())
				}
			case 2:
				if len(loans) > 0 {
					receipt := s.collect(p, 200_00, s.book.Date())
					loan := rapid.SampledFrom(loans).Draw(r, "loan")
					if _, err := s.submit(s.Maker, "", &book.Allocate{Receipt: receipt, Financing: loan, Amount: 200_00, Payer: book.BySeller}); err == nil {
						receipts = append(receipts, receipt)
					}
				}
			case 3:
				if len(receipts) > 0 && rapid.Bool().Draw(r, "reverse") {
					_, _ = s.submit(s.Bank, "", &book.ReverseReceipt{Receipt: receipts[0], Line: load.Token("taken back")})
				} else if len(loans) > 0 {
					loan := rapid.SampledFrom(loans).Draw(r, "loan")
					if _, err := s.submit(s.Maker, "", &book.ExtendFinancing{Financing: loan, Due: s.until(rapid.IntRange(20, 80).Draw(r, "later")), Reason: load32("later")}); err == nil {
						_, _ = s.submit(s.Checker, "", &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
						_, _ = s.submit(s.SellerActors[0], "", &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
					}
				}
			}
		}
		s.sound()
	})
}

// laddersHeld has assets under one ladder that was extended, and a ladder that waits for a second person.
func laddersHeld(n *node, w *load.World) {
	n.t.Helper()
	s := &scene{node: n, World: w}
	s.Today = n.book.Date()
	p := s.gapped(5)
	s.laddered(p, funding.Tranche{Amount: 5_000_00, Until: s.until(30)}, funding.Tranche{Amount: 5_000_00})
	s.papers("tied", 1_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(p, 0, 35))
	s.paidOut()
	s.laddered(p, funding.Tranche{Amount: 5_000_00, Until: s.until(60)}, funding.Tranche{Amount: 5_000_00})
	s.give(s.FunderActor, s.ladder(p))
}
