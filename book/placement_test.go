package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// syndicate is a scene in whose world three funders share each receivable pro rata, by 5 : 3 : 4.
type syndicate struct {
	*scene
	market *load.Market
	lent   bool // its programme lends against receivables
}

func (s *scene) syndicate(dropped funding.Dropped) *syndicate {
	s.t.Helper()
	m, err := s.World.Syndicate(s.submit, 3, dropped)
	if err != nil {
		s.t.Fatal(err)
	}
	return &syndicate{scene: s, market: m}
}

func (s *syndicate) ask() funding.Placement {
	s.t.Helper()
	s.give(s.scene.SellerActors[0], s.quoteIn(s.market.Programme))
	return s.placement()
}

func (s *scene) placement() funding.Placement {
	return book.Record(s.book, "placement", latest[id.Placement](s, "placement").Number()).(funding.Placement)
}

// parts are the financings of a placement.
func (s *scene) parts(p funding.Placement) []funding.Financing {
	var found []funding.Financing
	for _, part := range p.Parts {
		if part.Financing != 0 {
			found = append(found, s.financed(part.Financing))
		}
	}
	return found
}

func amounts(parts []funding.Financing) []money.Minor {
	var found []money.Minor
	for _, f := range parts {
		found = append(found, f.Amount)
	}
	return found
}

// partsOut accepts and disburses a placement, and lets the bank pay all parts.
func (s *scene) partsOut(p funding.Placement) []funding.Financing {
	s.t.Helper()
	s.give(s.SellerActors[0], &book.AcceptPlacement{Placement: p.ID})
	s.give(s.Maker, &book.DisbursePlacement{Placement: p.ID})
	for _, f := range s.parts(p) {
		if f.State == funding.Disbursing {
			paying := book.Record(s.book, "payment", f.Payment.Number()).(payment.Payment)
			if paying.State == payment.AwaitingApproval {
				s.give(s.Checker, &book.ApprovePayment{Payment: f.Payment, Decision: book.Approve})
			}
			s.give(s.Bank, &book.RecordOutcome{Payment: f.Payment, State: payment.Executed, Value: s.Today})
		}
	}
	return s.parts(p)
}

// 36,000.00 by 5 : 3 : 4 is 15,000.00, 9,000.00 and 12,000.00; each funder's own rate prices its own part for 30 days. The buyer
// pays 10,000.00 and then the rest: 4,166.67, 2,500.00 and 3,333.33 first, and what is left of each share at the end.
func TestThreeFundersShareAReceivable(t *testing.T) {
	s := newScene(t).syndicate(funding.Reshared)
	s.live(5, amounting(36_000_00), dueIn30)
	p := s.ask()
	parts := s.parts(p)
	if got := amounts(parts); len(got) != 3 || got[0] != 15_000_00 || got[1] != 9_000_00 || got[2] != 12_000_00 || p.Unplaced != 0 {
		t.Fatalf("%v, %d unplaced", got, p.Unplaced)
	}
	for i, discount := range []money.Minor{60_00, 37_50, 52_00} {
		if parts[i].Discount != discount || parts[i].State != funding.Quoted {
			t.Errorf("%s costs %d, not %d", parts[i].ID, parts[i].Discount, discount)
		}
	}
	s.refused("placement_together", s.scene.SellerActors[0], &book.AcceptQuote{Financing: parts[1].ID})
	parts = s.partsOut(p)
	if r := s.debt(p.Receivable); r.Financing != parts[0].ID {
		t.Errorf("%s stands for %s", r.ID, r.Financing)
	}
	s.stands(nil)
	s.wait(30)
	receipt := s.collect(s.market.Programme, 36_000_00, load.Opening.AddDays(30))
	s.allocate(receipt, p.Receivable, 10_000_00, book.ByBuyer)
	parts = s.parts(p)
	for i, repaid := range []money.Minor{4_166_67, 2_500_00, 3_333_33} {
		if parts[i].Repaid != repaid {
			t.Errorf("%s has got %d, not %d", parts[i].ID, parts[i].Repaid, repaid)
		}
	}
	s.stands(nil)
	s.allocate(receipt, p.Receivable, 26_000_00, book.ByBuyer)
	for _, f := range parts {
		s.give(s.Maker, &book.CloseFinancing{Financing: f.ID})
		s.stands(map[ledger.Key]money.Minor{
			{Entity: s.Custodian, Programme: s.market.Programme, Counterparty: f.Funder, Code: ledger.CollectionForFunder}: f.Amount,
			{Entity: f.Funder, Programme: s.market.Programme, Code: ledger.InterestIncome}:                                 f.Discount,
		})
	}
	if r := s.debt(p.Receivable); r.State != receivable.Closed {
		t.Errorf("%s is %s", r.ID, r.State)
	}
}

// A funder whose limit ends at 6,000.00 takes that; by the programme's choice the rest of its share goes to the others or to nobody.
func TestAFunderThatTakesLess(t *testing.T) {
	for dropped, want := range map[funding.Dropped][]money.Minor{funding.Reshared: {16_666_67, 6_000_00, 13_333_33}, funding.LeftUnplaced: {15_000_00, 6_000_00, 12_000_00}} {
		s := newScene(t).syndicate(dropped)
		s.limit(credit.LimitKey{Kind: credit.FunderLimit, Programme: s.market.Programme, Party: s.market.Bidders[1]}, 6_000_00, 300)
		s.live(5, amounting(36_000_00), dueIn30)
		p := s.ask()
		got, sum := amounts(s.parts(p)), money.Minor(0)
		for i := range want {
			sum += want[i]
			if len(got) != 3 || got[i] != want[i] {
				t.Fatalf("%s: %v, want %v", dropped, got, want)
			}
		}
		if p.Unplaced != 36_000_00-sum {
			t.Errorf("%s: %d unplaced", dropped, p.Unplaced)
		}
		s.partsOut(p)
		s.wait(30)
		// What is unplaced stands behind the funders, and is the seller's in the end.
		s.allocate(s.collect(s.market.Programme, 36_000_00, load.Opening.AddDays(30)), p.Receivable, 36_000_00, book.ByBuyer)
		s.stands(map[ledger.Key]money.Minor{
			{Entity: s.Custodian, Programme: s.market.Programme, Counterparty: s.Sellers[0], Code: ledger.CollectionForSeller}: p.Unplaced,
		})
	}
}

// A large amount is referred: each funder decides for itself, and the last decision shares it out among those that approved.
func TestFundersDecideForThemselves(t *testing.T) {
	for dropped, want := range map[funding.Dropped][2]money.Minor{funding.Reshared: {166_666_67, 133_333_33}, funding.LeftUnplaced: {125_000_00, 100_000_00}} {
		s := newScene(t).syndicate(dropped)
		s.live(5, amounting(300_000_00), dueIn30)
		p := s.ask()
		parts := s.parts(p)
		decide := func(i int, d book.Decision) *book.DecideReferral {
			return &book.DecideReferral{Financing: parts[i].ID, Decision: d, Reason: load32("why")}
		}
		s.refused("placement_state", s.scene.SellerActors[0], &book.AcceptPlacement{Placement: p.ID})
		s.refused("other_party", s.market.BidderActors[1], decide(0, book.Approve))
		s.give(s.market.BidderActors[0], decide(0, book.Approve))
		s.refused("referral_decided", s.market.BidderActors[0], decide(0, book.Decline))
		s.give(s.market.BidderActors[1], decide(1, book.Decline))
		s.give(s.market.BidderActors[2], decide(2, book.Approve))
		p = s.placement()
		parts = s.parts(p)
		if parts[0].Amount != want[0] || parts[2].Amount != want[1] || parts[1].State != funding.Declined || parts[0].State != funding.Quoted ||
			p.Unplaced != 300_000_00-want[0]-want[1] || p.Parts[1].Refusal != "declined" {
			t.Fatalf("%s: %+v of %+v", dropped, parts, p)
		}
		s.stands(nil)
		s.partsOut(p)
		s.stands(nil)
	}
}

// One bank refuses to pay one part: the others stand, and the next one holds the claim.
func TestOnePartIsNotPaid(t *testing.T) {
	s := newScene(t).syndicate(funding.Reshared)
	s.live(5, amounting(36_000_00), dueIn30)
	p := s.ask()
	s.give(s.scene.SellerActors[0], &book.AcceptPlacement{Placement: p.ID})
	s.refused("placement_together", s.Maker, &book.Disburse{Financing: s.parts(p)[0].ID})
	s.give(s.Maker, &book.DisbursePlacement{Placement: p.ID})
	for i, f := range s.parts(p) {
		state := payment.Executed
		if i == 0 {
			state = payment.Refused
		}
		s.give(s.Bank, &book.RecordOutcome{Payment: f.Payment, State: state, Value: s.Today})
	}
	parts := s.parts(p)
	if r := s.debt(p.Receivable); r.Financing != parts[1].ID || parts[0].State != funding.Cancelled {
		t.Fatalf("%s stands for %s", r.ID, r.Financing)
	}
	s.stands(nil)
	s.give(s.Bank, &book.RecordOutcome{Payment: parts[1].Payment, State: payment.Returned, Value: s.Today})
	s.stands(nil)
	s.allocate(s.collect(s.market.Programme, 36_000_00, s.Today), p.Receivable, 36_000_00, book.ByBuyer)
	s.give(s.Maker, &book.CloseFinancing{Financing: parts[2].ID})
	s.stands(map[ledger.Key]money.Minor{
		{Entity: s.Custodian, Programme: s.market.Programme, Counterparty: s.Sellers[0], Code: ledger.CollectionForSeller}: 24_000_00,
	})
}

// The bank takes back what the buyer has paid: every funder gives back its own share.
func TestACollectionOfThreeFundersIsTakenBack(t *testing.T) {
	s := newScene(t).syndicate(funding.Reshared)
	s.live(5, amounting(36_000_00), dueIn30)
	p := s.ask()
	s.partsOut(p)
	s.wait(45)
	receipt := s.collect(s.market.Programme, 20_000_00, load.Opening.AddDays(40))
	s.allocate(receipt, p.Receivable, 20_000_00, book.ByBuyer)
	s.stands(nil)
	s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back")})
	s.stands(map[ledger.Key]money.Minor{{Entity: s.Custodian, Programme: s.market.Programme, Code: ledger.CollectionUnallocated}: 0})
	for _, f := range s.parts(p) {
		if f.Repaid != 0 {
			t.Errorf("%s has kept %d", f.ID, f.Repaid)
		}
	}
	if r := s.debt(p.Receivable); r.Paid != 0 {
		t.Errorf("%d is still paid", r.Paid)
	}
}

// With recourse each funder calls the seller for itself, and what the seller pays is shared by what each has called.
func TestTheSellerIsCalledByThreeFunders(t *testing.T) {
	s := newScene(t)
	m, err := s.World.DiscountingSyndicate(s.submit, 3)
	if err != nil {
		t.Fatal(err)
	}
	s.live(5, amounting(20_000_00), dueIn30)
	s.give(s.SellerActors[0], s.quoteIn(m.Programme))
	p := s.placement()
	s.partsOut(p)
	s.wait(70)
	receipt := s.collect(m.Programme, 17_000_00, s.book.Date())
	s.refused("recourse_not_called", s.Maker, &book.Allocate{Receipt: receipt, Receivable: p.Receivable, Amount: 100_00, Payer: book.BySeller})
	for i, f := range s.parts(p) {
		s.give(m.BidderActors[i], &book.CallRecourse{Financing: f.ID})
	}
	s.allocate(receipt, p.Receivable, 17_000_00, book.BySeller)
	s.stands(nil)
	for _, f := range s.parts(p) {
		if f.Repaid == 0 || f.Repaid > f.Principal {
			t.Errorf("%s has got %d", f.ID, f.Repaid)
		}
	}
	s.refused("exceeds_owed", s.Maker, &book.Allocate{Receipt: s.collect(m.Programme, 9_000_00, calendar.Date(s.book.Date())), Receivable: p.Receivable, Amount: 9_000_00, Payer: book.BySeller})
}
