package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, misdirectedRefusals...) }

// strayed is money for the newest receivable that the seller has.
func (s *scene) strayed(amount money.Minor) *book.NoticeMisdirected {
	return &book.NoticeMisdirected{Receivable: s.receivable(), Amount: amount, Paid: s.book.Date(), Evidence: load32("statement")}
}

// misdirected is a financed debt of 36,000.00 of which the seller has an amount, as it says itself.
func (s *scene) misdirected(amount money.Minor) id.Misdirected {
	s.t.Helper()
	s.live(9, amounting(36_000_00), dueIn30)
	s.give(s.SellerActors[0], s.strayed(amount))
	return latest[id.Misdirected](s, "misdirected")
}

func (s *scene) recovery(of id.Misdirected) legal.Misdirected {
	return book.Record(s.book, "misdirected", of.Number()).(legal.Misdirected)
}

// collectedForSeller has money for the first seller in a programme, of a debt that nobody else claims.
func (s *scene) collectedForSeller(p id.Programme, amount money.Minor) {
	s.t.Helper()
	s.live(4, amounting(amount))
	s.allocate(s.collect(p, amount, s.book.Date()), s.receivable(), amount, book.ByBuyer)
}

// setOff has a set-off proposed.
func (s *scene) setOff(amount money.Minor) id.Misdirected {
	s.t.Helper()
	s.collectedForSeller(s.Payables, amount)
	m := s.misdirected(amount)
	s.give(s.Maker, &book.ProposeSetOff{Payment: m, Amount: amount})
	return m
}

var misdirectedRefusals = []refusal{
	{"misdirected_known", "A payment of this amount on this day to the same account is on record.", "Go on with that one.", func(s *scene) (id.Actor, book.Command) {
		s.misdirected(1_000_00)
		return s.Maker, s.strayed(1_000_00)
	}},
	{"misdirected_overdue", "The seller is late with money that it was paid by mistake, and the programme finances nothing new for it until that has come.", "Have the money paid over or set off.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], s.lateSeller(1)
	}},
	{"misdirected_place", "The money can't be there, or there is nothing of its holder's to set off against.", "Name the seller, a funder, or another programme of the currency; a set-off is against sellers.", func(s *scene) (id.Actor, book.Command) {
		s.live(9)
		c := s.strayed(1)
		c.Place, c.Other = legal.Elsewhere, s.Payables
		return s.Maker, c
	}},
	{"misdirected_state", "The recovery has ended.", "Nothing: the sentence says how.", func(s *scene) (id.Actor, book.Command) {
		c := &book.DropMisdirected{Payment: s.misdirected(1_000_00), Reason: load32("reason")}
		s.give(s.Maker, c)
		return s.Maker, c
	}},
	{"misdirected_unclaimed", "Nobody but the seller claims the receivable: the money is its own.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		s.give(s.Maker, s.strayed(1_00))
		return s.Maker, &book.DemandMisdirected{Payment: latest[id.Misdirected](s, "misdirected"), Due: s.Today}
	}},
	{"misdirected_unknown", "There is no such misdirected payment.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.PayOver{Payment: beyond[id.Misdirected](s, "misdirected")}
	}},
	{"set_off_none", "No set-off of the misdirected payment waits to be decided on.", "Propose one.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.DecideSetOff{Payment: s.misdirected(1_000_00), Decision: book.Approve}
	}},
	{"set_off_waits", "A set-off of the misdirected payment waits to be decided on.", "Decide on that one first.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeSetOff{Payment: s.setOff(1_000_00), Amount: 1}
	}},
}

// lateSeller asks for a quote in a programme that withholds it, so many days after a demand was due.
func (s *scene) lateSeller(days int) *book.RequestQuote {
	s.t.Helper()
	p := s.checking(func(c *book.ProposeProgramme) { c.PayeeChecked, c.MisdirectedStops = false, true })
	s.live(5)
	s.give(s.SellerActors[0], s.quoteIn(p))
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	s.give(s.Maker, &book.Disburse{Financing: s.financing()})
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: s.Today})
	s.give(s.Maker, s.strayed(1_000_00))
	s.give(s.Maker, &book.DemandMisdirected{Payment: latest[id.Misdirected](s, "misdirected"), Due: s.book.Date()})
	if days > 0 {
		s.wait(days)
	}
	s.live(5)
	return s.quoteIn(p)
}

func TestALateSellerIsFinancedAgainOnceTheMoneyHasCome(t *testing.T) {
	s := newScene(t)
	c := s.lateSeller(0)
	s.give(s.SellerActors[0], c) // on the due date it is not late
	s.wait(1)
	s.live(5)
	c.Receivable = s.receivable()
	s.refused("misdirected_overdue", s.SellerActors[0], c)
	m := latest[id.Misdirected](s, "misdirected")
	s.give(s.Maker, &book.PayOver{Payment: m, Receipt: s.collect(c.Programme, 1_000_00, s.book.Date()), Amount: 1_000_00})
	s.give(s.SellerActors[0], c)
	s.sound()
}

// The buyer owes 36,000.00 to a funder under an irrevocable undertaking and pays 10,000.00 of it to the seller. It is demanded; the seller
// pays 6,000.00 over, which is taken back by the bank and comes again; 4,000.00 is set off against what was collected for the seller.
func TestAMisdirectedPaymentIsRecovered(t *testing.T) {
	s := newScene(t)
	s.collectedForSeller(s.Payables, 5_000_00)
	held := ledger.Key{Entity: s.Custodian, Programme: s.Payables, Counterparty: s.Sellers[0], Code: ledger.CollectionForSeller}
	forFunder := ledger.Key{Entity: s.Custodian, Programme: s.Payables, Counterparty: s.Funder, Code: ledger.CollectionForFunder}
	m := s.misdirected(10_000_00)
	r := s.receivable()
	if got := s.recovery(m); got.Effect != legal.Outstanding || got.Recovery.Holder != s.Sellers[0] || got.Recovery.Programme != s.Payables || got.Left() != 10_000_00 {
		t.Errorf("%+v", got)
	}
	s.refused("date_invalid", s.Maker, &book.DemandMisdirected{Payment: m, Due: s.Today.AddDays(-1)})
	s.give(s.FunderActor, &book.DemandMisdirected{Payment: m, Due: s.Today.AddDays(5), Letter: load32("letter")})
	if got := s.recovery(m); got.Recovery.State != legal.Demanded || got.Overdue(s.Today.AddDays(5)) || !got.Overdue(s.Today.AddDays(6)) {
		t.Errorf("%+v", got.Recovery)
	}
	receipt := s.collect(s.Payables, 6_000_00, s.Today)
	s.refused("amount_invalid", s.Maker, &book.PayOver{Payment: m, Receipt: receipt, Amount: 10_000_01})
	s.refused("programme_other", s.Maker, &book.PayOver{Payment: m, Receipt: s.collect(s.Discounting, 1_00, s.Today), Amount: 1_00})
	s.give(s.Maker, &book.PayOver{Payment: m, Receipt: receipt, Amount: 6_000_00})
	s.stands(map[ledger.Key]money.Minor{held: 5_000_00, forFunder: 6_000_00})
	s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("taken back")})
	if got := s.recovery(m); got.Left() != 10_000_00 || got.Recovery.State != legal.Demanded {
		t.Errorf("%+v", got.Recovery)
	}
	s.stands(map[ledger.Key]money.Minor{held: 5_000_00, forFunder: 0})
	s.give(s.Maker, &book.PayOver{Payment: m, Receipt: s.collect(s.Payables, 6_000_00, s.Today), Amount: 6_000_00})
	s.refused("funds_insufficient", s.Maker, &book.ProposeSetOff{Payment: s.more(m), Amount: 5_000_01})
	s.give(s.Maker, &book.ProposeSetOff{Payment: m, Amount: 4_000_00})
	s.refused("second_person", s.Maker, &book.DecideSetOff{Payment: m, Decision: book.Approve})
	s.refused("decision_invalid", s.Checker, &book.DecideSetOff{Payment: m})
	s.give(s.Checker, &book.DecideSetOff{Payment: m, Decision: book.Decline})
	s.stands(map[ledger.Key]money.Minor{held: 5_000_00})
	s.give(s.Maker, &book.ProposeSetOff{Payment: m, Amount: 4_000_00})
	s.give(s.Checker, &book.DecideSetOff{Payment: m, Decision: book.Approve})
	s.stands(map[ledger.Key]money.Minor{held: 1_000_00, forFunder: 10_000_00})
	if got := s.recovery(m); got.Recovery.State != legal.Whole || got.Left() != 0 || len(got.Recovery.Settlements) != 2 {
		t.Errorf("%+v", got.Recovery)
	}
	set := s.recovery(m).Recovery.Settlements[1].Receipt
	s.refused("receipt_state", s.Bank, &book.ReverseReceipt{Receipt: set, Line: load.Token("no bank")})
	s.refused("receipt_state", s.Bank, &book.RecallReceipt{Receipt: set, Line: load.Token("no bank")})
	if got := s.debt(r); got.Outstanding() != 26_000_00 {
		t.Errorf("%d is outstanding", got.Outstanding())
	}
}

// more records that the seller has more than was collected for it.
func (s *scene) more(than id.Misdirected) id.Misdirected {
	s.t.Helper()
	c := s.strayed(20_000_00)
	c.Receivable = s.recovery(than).Receivable
	s.give(s.Maker, c)
	return latest[id.Misdirected](s, "misdirected")
}

// A payment that freed the buyer is the seller's to make good: it is called, and pays over what it has.
func TestTheSellerPaysOverWhatFreedTheBuyer(t *testing.T) {
	s := newScene(t)
	p := s.undisclosed(36_000_00)
	s.give(s.SellerActors[0], s.strayed(36_000_00))
	m := latest[id.Misdirected](s, "misdirected")
	if s.debt(s.receivable()).State != receivable.Closed {
		t.Error("the buyer still owes")
	}
	receipt := s.collect(p, 36_000_00, s.Today)
	s.refused("recourse_not_called", s.Maker, &book.PayOver{Payment: m, Receipt: receipt, Amount: 36_000_00})
	s.give(s.FunderActor, &book.CallWarranty{Financing: s.financing()})
	s.give(s.Maker, &book.PayOver{Payment: m, Receipt: receipt, Amount: 36_000_00})
	if got := s.recovery(m); got.Recovery.State != legal.Whole {
		t.Errorf("%+v", got.Recovery)
	}
	s.give(s.Maker, &book.CloseFinancing{Financing: s.financing()})
	s.sound()
}

func TestMoneyWithAFunderOrInAnotherProgramme(t *testing.T) {
	s := newScene(t)
	s.live(9, amounting(36_000_00))
	c := s.strayed(1_000_00)
	c.Place, c.Funder = legal.WithFunder, s.Funder
	s.refused("other_party", s.SellerActors[1], c)
	s.give(s.Maker, c)
	funder := latest[id.Misdirected](s, "misdirected")
	s.refused("misdirected_place", s.Maker, &book.ProposeSetOff{Payment: funder, Amount: 1})
	c = s.strayed(36_000_00)
	s.refused("amount_invalid", s.Maker, c) // with what lies with the funder it is more than is owed
	c = s.strayed(2_000_00)
	c.Place, c.Other = legal.Elsewhere, s.Discounting
	s.give(s.Maker, c)
	other := latest[id.Misdirected](s, "misdirected")
	if got := s.recovery(other); got.Recovery.Holder != s.Custodian || got.Effect != legal.Outstanding {
		t.Errorf("%+v", got)
	}
	// It lies in the other programme as a receipt, which goes to the right one by a return of two persons, and comes in there.
	s.give(s.Maker, &book.PayOver{Payment: other, Receipt: s.collect(s.Payables, 2_000_00, s.Today), Amount: 2_000_00})
	s.give(s.Maker, &book.PayOver{Payment: funder, Receipt: s.collect(s.Payables, 600_00, s.Today), Amount: 600_00})
	s.refused("reason_missing", s.Checker, &book.DropMisdirected{Payment: funder})
	s.refused("second_person", s.Maker, &book.DropMisdirected{Payment: funder, Reason: load32("reason")})
	s.give(s.Checker, &book.DropMisdirected{Payment: funder, Reason: load32("reason")})
	s.refused("misdirected_state", s.Maker, &book.PayOver{Payment: funder, Receipt: s.receipt(), Amount: 1})
	s.sound()
}

// recoveredQuarter adds to a book recoveries in every state.
func recoveredQuarter(n *node, w *load.World) {
	s := &scene{node: n, World: w, lives: 4_700}
	m := s.setOff(1_000_00)
	s.give(w.Checker, &book.DecideSetOff{Payment: m, Decision: book.Approve})
	m = s.misdirected(2_000_00)
	s.give(w.Maker, &book.DemandMisdirected{Payment: m, Due: s.book.Date()})
	s.give(w.Maker, &book.PayOver{Payment: m, Receipt: s.collect(s.Payables, 500_00, s.book.Date()), Amount: 500_00})
	s.give(w.Maker, &book.DropMisdirected{Payment: s.misdirected(3_000_00), Reason: load32("reason")})
}
