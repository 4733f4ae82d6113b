package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/discounting"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// instructing gives the terms of an instruction for payables finance.
func (s *scene) instructing(change func(t *book.InstructionTerms)) *book.GiveInstruction {
	t := book.InstructionTerms{
		Programmes: []id.Programme{s.Payables}, AmountMost: 50_000_00, TotalMost: 120_000_00, CostMost: 60_000, PriceLeast: 900_000, Until: s.Today.AddDays(40),
	}
	change(&t)
	return s.World.Instruction(0, t)
}

func (s *scene) instruction() book.Instruction {
	return book.Record(s.book, "instruction", latest[id.Instruction](s, "instruction").Number()).(book.Instruction)
}

// What is confirmed after the seller has instructed is financed in the same moment, as long as it is within the terms.
func TestAStandingInstruction(t *testing.T) {
	s := newScene(t)
	s.live(5, amounting(40_000_00), dueIn30) // before it
	before := s.receivable()
	s.give(s.SellerActors[0], s.instructing(func(*book.InstructionTerms) {}))
	i := s.instruction()
	if r := s.debt(before); r.Financing == 0 || i.Financed != 40_000_00 {
		t.Fatalf("%+v, %+v", r, i)
	}
	if f := s.financed(s.financing()); f.Instruction != i.ID || f.State != funding.Accepted || f.Receivable != before {
		t.Fatalf("%+v", f)
	}
	s.stands(nil)
	s.live(4, amounting(30_000_00), dueIn30)
	waits := s.receivable()
	if r := s.debt(waits); r.Financing != 0 {
		t.Fatal("it was financed before the buyer confirmed")
	}
	s.give(s.Buyer, s.confirming(receivable.Irrevocable, 30_000_00, 0))
	if r := s.debt(waits); r.Financing == 0 || s.instruction().Financed != 70_000_00 {
		t.Fatalf("%+v, %+v", r, s.instruction())
	}
	s.live(5, amounting(60_000_00), dueIn30) // above what one may be
	s.live(5, amounting(50_000_00), dueIn30)
	s.live(5, amounting(1_00), dueIn30) // above what is left
	i = s.instruction()
	if i.Financed != 120_000_00 || len(i.Waiting) != 2 {
		t.Fatalf("%+v", i)
	}
	s.give(s.Maker, &book.Disburse{Financing: s.financing()})
	s.stands(nil)
	s.refused("other_party", s.SellerActors[1], &book.RevokeInstruction{Instruction: i.ID})
	s.give(s.SellerActors[0], &book.RevokeInstruction{Instruction: i.ID})
	s.live(5, amounting(10_000_00), dueIn30)
	if r := s.debt(s.receivable()); r.Financing != 0 {
		t.Fatal("it was financed after the instruction was revoked")
	}
	s.stands(nil)
}

// What stood in the way is tried again on the next day; the day after its last one the instruction is over.
func TestAnInstructionTriesAgain(t *testing.T) {
	s := newScene(t)
	funder := credit.LimitKey{Kind: credit.FunderLimit, Programme: s.Payables, Party: s.Funder}
	s.limit(funder, 100_00, 300)
	s.give(s.SellerActors[0], s.instructing(func(t *book.InstructionTerms) { t.Until = s.Today.AddDays(3) }))
	s.live(5, amounting(20_000_00), dueIn30)
	r := s.receivable()
	s.limit(funder, 100_000_00, 300)
	if s.debt(r).Financing != 0 {
		t.Fatal("it was financed beyond a limit")
	}
	s.wait(1)
	if s.debt(r).Financing == 0 {
		t.Fatal("it was not tried again")
	}
	s.stands(nil)
	s.live(4, amounting(20_000_00), func(l *load.Life) { l.Due = load.Opening.AddDays(40) })
	s.wait(3)
	if i := s.instruction(); i.State != book.InstructionOver {
		t.Fatalf("%+v", i)
	}
	s.stands(nil)
}

// An instruction with too low a cost finances nothing, and says why in the entry.
func TestAnInstructionIsNoBlankCheque(t *testing.T) {
	for code, change := range map[string]func(t *book.InstructionTerms){
		"instruction_price":    func(t *book.InstructionTerms) { t.CostMost = 40_000 },
		"instruction_exceeded": func(t *book.InstructionTerms) { t.AmountMost, t.TotalMost = 1_00, 1_00 },
	} {
		s := newScene(t)
		s.give(s.SellerActors[0], s.instructing(change))
		refused := s.followed(func() { s.live(5, amounting(20_000_00), dueIn30) })
		if len(refused) == 0 || refused[len(refused)-1].Code != code || s.debt(s.receivable()).Financing != 0 {
			t.Errorf("%s: %v", code, refused)
		}
	}
	s := newScene(t)
	s.give(s.SellerActors[0], s.instructing(func(t *book.InstructionTerms) { t.AmountMost, t.TotalMost = 500_000_00, 500_000_00 }))
	refused := s.followed(func() { s.live(5, amounting(300_000_00), dueIn30) })
	if len(refused) == 0 || refused[len(refused)-1].Code != "instruction_referred" {
		t.Errorf("%v", refused)
	}
}

// followed gives what instructions refused while something was done.
func (s *scene) followed(act func()) []book.InstructionRefusal {
	s.node.refusedUnder = nil
	act()
	return s.node.refusedUnder
}

// Under an instruction too, funders share pro rata.
func TestAnInstructionInASyndicate(t *testing.T) {
	s := newScene(t).syndicate(funding.Reshared)
	s.give(s.scene.SellerActors[0], s.instructing(func(t *book.InstructionTerms) { t.Programmes = []id.Programme{s.market.Programme} }))
	s.live(5, amounting(36_000_00), dueIn30)
	p := s.placement()
	sum := money.Minor(0)
	for _, f := range s.parts(p) {
		if f.State != funding.Accepted || f.Instruction == 0 {
			t.Errorf("%+v", f)
		}
		sum += f.Amount
	}
	if sum != 36_000_00 || s.instruction().Financed != sum {
		t.Errorf("%d of %+v", sum, s.instruction())
	}
	s.stands(nil)
}

func init() { refusals = append(refusals, instructionRefusals...) }

var instructionRefusals = []refusal{
	{"instruction_exceeded", "The receivable is more than the seller's instruction allows, by itself or with what was financed before.", "Ask for a quote, or give another instruction.", nil},
	{"instruction_live", "The seller has a live instruction already.", "Revoke it first.", func(s *scene) (id.Actor, book.Command) {
		c := s.instructing(func(*book.InstructionTerms) {})
		s.give(s.SellerActors[0], c)
		return s.SellerActors[0], c
	}},
	{"instruction_price", "The quote costs more a year, or brings less, than the seller's instruction says.", "Ask for a quote, or give another instruction.", nil},
	{"instruction_referred", "A rule wants a person to look at the receivable, and an instruction goes no such way.", "Ask for a quote.", nil},
	{"instruction_state", "The instruction is over.", "Give another one.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.SellerActors[0], s.instructing(func(*book.InstructionTerms) {}))
		s.give(s.SellerActors[0], &book.RevokeInstruction{Instruction: s.instruction().ID})
		return s.SellerActors[0], &book.RevokeInstruction{Instruction: s.instruction().ID}
	}},
	{"instruction_terms", "An instruction names 1 to 16 programmes with funders, each once, in one currency.", "Correct the list.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], s.instructing(func(t *book.InstructionTerms) { t.Programmes = nil })
	}},
	{"instruction_unknown", "There is no such instruction.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.RevokeInstruction{Instruction: beyond[id.Instruction](s, "instruction")}
	}},

	{"bids_open", "A bid is open, which binds its bidder, and with it who put the lot up.", "Wait for the award.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		opening := f.bid(&a, 1, 42_000, a.Rules.Volume)
		f.close(&a)
		f.give(f.market.BidderActors[1], opening)
		return f.scene.SellerActors[0], &book.WithdrawAuction{Auction: a.Rules.ID, Reason: load32("changed our mind")}
	})},

	{"placement_state", "The placement has no part in the state that this asks for.", "Look at its parts.", func(s *scene) (id.Actor, book.Command) {
		k := s.syndicate(funding.Reshared)
		s.live(5)
		return s.Maker, &book.DisbursePlacement{Placement: k.ask().ID}
	}},
	{"placement_together", "The financing is one funder's part of a placement, whose parts take this step in one.", "Give the command for the placement.", func(s *scene) (id.Actor, book.Command) {
		k := s.syndicate(funding.Reshared)
		s.live(5)
		return s.SellerActors[0], &book.AcceptQuote{Financing: k.parts(k.ask())[0].ID}
	}},
	{"placement_unknown", "There is no such placement.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.AcceptPlacement{Placement: beyond[id.Placement](s, "placement")}
	}},
	{"referral_decided", "The funder has decided on its part; others have not yet.", "Wait for them.", func(s *scene) (id.Actor, book.Command) {
		k := s.syndicate(funding.Reshared)
		s.live(5, amounting(300_000_00))
		c := &book.DecideReferral{Financing: k.parts(k.ask())[0].ID, Decision: book.Approve, Reason: load32("why")}
		s.give(k.market.BidderActors[0], c)
		return k.market.BidderActors[0], c
	}},
	{"sharing_invalid", "Funders share by priority, or pro rata with a commitment of each; a programme that issues certificates shares by priority.", "Correct the programme.", func(s *scene) (id.Actor, book.Command) {
		c := s.propose()
		c.Sharing = funding.ProRata
		return s.Maker, c
	}},
}

// A lot is withdrawn with a reason before a bid is open, by who has put it up; its receivables are free then.
func TestAnAuctionIsWithdrawn(t *testing.T) {
	f := newScene(t).fairground()
	a := f.offered(f.putUp(1))
	opening := f.bid(&a, 1, 42_000, a.Rules.Volume)
	withdraw := &book.WithdrawAuction{Auction: a.Rules.ID, Reason: load32("the buyer pays early")}
	f.refused("other_party", f.Maker, withdraw)
	f.refused("other_party", f.scene.SellerActors[1], withdraw)
	f.refused("reason_missing", f.scene.SellerActors[0], &book.WithdrawAuction{Auction: a.Rules.ID})
	f.give(f.scene.SellerActors[0], withdraw)
	if got := f.auctioned(); got.State != book.AuctionWithdrawn || got.Reason == [32]byte{} {
		t.Fatalf("%+v", got)
	}
	f.stands(nil)
	f.close(&a)
	f.refused("auction_state", f.market.BidderActors[1], opening)
	f.over(&a)
	f.give(f.scene.SellerActors[0], f.putUpAgain(&a))
	f.stands(nil)
}

// fundersHeld adds to a book what several funders, a buyer's own cash, an instruction and a withdrawn lot leave in it.
func fundersHeld(n *node, w *load.World, lives uint64) {
	s := &scene{node: n, World: w, lives: lives}
	k := s.syndicate(funding.Reshared)
	s.live(5)
	s.partsOut(k.ask())
	p := s.payer()
	o := &book.OpenEarlyOffer{Programme: p.early, Steps: []discounting.Step{{Days: 1, Rate: 60_000}}, Budget: 500_000_00, From: n.book.Date(), Until: n.book.Date().AddDays(30)}
	s.give(s.Buyer, o)
	for paid := range 2 {
		s.live(5, func(l *load.Life) { l.Due = n.book.Date().AddDays(60) })
		s.give(s.SellerActors[0], p.accept(latest[id.EarlyOffer](s, "early_offer"), s.receivable()))
		if paid == 0 {
			s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: n.book.Date()})
		}
	}
	s.give(s.SellerActors[0], s.instructing(func(t *book.InstructionTerms) {
		t.Programmes, t.Until = []id.Programme{k.market.Programme}, n.book.Date().AddDays(30)
	}))
	s.live(5, func(l *load.Life) { l.Due = n.book.Date().AddDays(60) })
	s.give(s.SellerActors[0], &book.RevokeInstruction{Instruction: s.instruction().ID})
	s.give(s.SellerActors[0], s.instructing(func(t *book.InstructionTerms) {
		t.Programmes, t.Until = []id.Programme{k.market.Programme}, n.book.Date().AddDays(30)
	}))
}
