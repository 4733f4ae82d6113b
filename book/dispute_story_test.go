package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

// claims are the accounts in which the one receivable of the first seller and its financing show.
type claims struct{ bought, called, owed, debt, payable, confirmed ledger.Key }

func (s *scene) claims(p id.Programme) claims {
	return claims{
		bought:    ledger.Key{Entity: s.Funder, Programme: p, Counterparty: s.Anchor, Code: ledger.PurchasedReceivables},
		called:    ledger.Key{Entity: s.Funder, Programme: p, Counterparty: s.Sellers[0], Code: ledger.LoansToSellers},
		owed:      ledger.Key{Entity: s.Sellers[0], Counterparty: s.Funder, Code: ledger.Borrowings},
		debt:      ledger.Key{Entity: s.Sellers[0], Counterparty: s.Anchor, Code: ledger.TradeReceivables},
		payable:   ledger.Key{Entity: s.Anchor, Counterparty: s.Sellers[0], Code: ledger.TradePayables},
		confirmed: ledger.Key{Entity: s.Anchor, Counterparty: s.Sellers[0], Code: ledger.ConfirmedPayables},
	}
}

func (s *scene) disputes(r id.Receivable, amount money.Minor) id.Dispute {
	s.t.Helper()
	return dispute1(s.node, s.World, r, amount)
}

func (s *scene) uncovered(f id.Financing, want money.Minor) {
	s.t.Helper()
	if got := s.financed(f).Uncovered; got != want {
		s.t.Errorf("%d of %s is without cover, by hand %d", got, f, want)
	}
}

// A receivable of 10,000.00 is sold at 100 % without an undertaking; the seller answers for disputes, not for default.
func TestADisputeCallsTheSellerThatAnswersForIt(t *testing.T) {
	s := newScene(t)
	p := programmeOf(s.node.giver(), s.World, answering)
	r := fresh(s.node, s.World, 0, 10_000_00)
	f := outIn(s.node, s.World, p, r)
	k := s.claims(p)
	s.stands(map[ledger.Key]money.Minor{k.bought: 10_000_00, k.called: 0, k.debt: 0, k.owed: 0})
	d := s.disputes(r, 2_000_00)
	s.uncovered(f, 2_000_00)
	s.stands(map[ledger.Key]money.Minor{k.bought: 8_000_00, k.called: 2_000_00, k.debt: 2_000_00, k.owed: 2_000_00, k.payable: 10_000_00})
	receipt := s.collect(p, 2_100_00, s.Today)
	s.refused("exceeds_owed", s.Maker, &book.Allocate{Receipt: receipt, Receivable: r, Amount: 2_000_01, Payer: book.BySeller})
	s.allocate(receipt, r, 1_500_00, book.BySeller)
	s.uncovered(f, 500_00)
	s.stands(map[ledger.Key]money.Minor{k.bought: 8_000_00, k.called: 500_00, k.debt: 2_000_00, k.owed: 500_00})
	t.Run("and the buyer withdraws it", func(t *testing.T) {
		s.give(s.Buyer, &book.CloseDispute{Dispute: d, State: dispute.Withdrawn})
		s.uncovered(f, 0)
		s.stands(map[ledger.Key]money.Minor{k.bought: 8_500_00, k.called: 0, k.debt: 1_500_00, k.owed: 0})
		s.allocate(s.collect(p, 10_000_00, s.Today), r, 10_000_00, book.ByBuyer)
		s.give(s.Maker, &book.CloseFinancing{Financing: f})
		s.stands(map[ledger.Key]money.Minor{
			k.bought: 0, k.called: 0, k.debt: 0, k.owed: 0, k.payable: 0, {Entity: s.Sellers[0], Code: ledger.CollectionsHeld}: 1_500_00,
		})
	})
}

func TestALostDisputeIsCreditedAsACreditNoteIs(t *testing.T) {
	s := newScene(t)
	p := programmeOf(s.node.giver(), s.World, answering)
	r := fresh(s.node, s.World, 0, 10_000_00)
	f := outIn(s.node, s.World, p, r)
	k := s.claims(p)
	d := s.disputes(r, 2_000_00)
	s.refused("other_party", s.SellerActors[1], &book.AnswerDispute{Dispute: d, Accepted: 1, Text: load32("no")})
	s.give(s.SellerActors[0], &book.AnswerDispute{Dispute: d, Accepted: 500_00, Text: load32("some of it")})
	s.stands(map[ledger.Key]money.Minor{k.bought: 8_000_00, k.called: 2_000_00, k.debt: 1_500_00, k.payable: 9_500_00})
	s.give(s.Maker, &book.DecideDispute{Dispute: d, Credit: 1_000_00, Evidence: load32("photographs")})
	s.refused("dispute_state", s.SellerActors[0], &book.AnswerDispute{Dispute: d, Accepted: 1, Text: load32("late")})
	s.refused("second_person", s.Maker, &book.CloseDispute{Dispute: d, State: dispute.Settled})
	s.give(s.Checker, &book.CloseDispute{Dispute: d, State: dispute.Settled})
	s.uncovered(f, 1_500_00) // 500.00 of the dispute were not credited
	s.stands(map[ledger.Key]money.Minor{k.bought: 8_500_00, k.called: 1_500_00, k.debt: 0, k.owed: 1_500_00, k.payable: 8_500_00})
	pair := book.Record(s.book, "pair", 1).(book.Pair)
	if len(pair.Dilutions) != 1 || pair.Dilutions[0].Lost != 1_500_00 || pair.Dilutions[0].Disputes != 1 || pair.Dilutions[0].CreditNotes != 0 {
		t.Errorf("%+v", pair.Dilutions)
	}
}

// Receivables discounting of 10,000.00 at 85 %: 8,500.00 are advanced, the rest takes the first 1,500.00.
func TestTheReserveTakesDilutionFirst(t *testing.T) {
	s := newScene(t)
	p := programmeOf(s.node.giver(), s.World, func(t *product.Terms) {
		*t = product.ReceivablesDiscounting(uint16(trade.Invoiced))
		t.Undertaking = product.UndertakingNone
	})
	r := fresh(s.node, s.World, 0, 10_000_00)
	f := outIn(s.node, s.World, p, r)
	k := s.claims(p)
	s.disputes(r, 1_000_00)
	s.uncovered(f, 0)
	second := s.disputes(r, 1_000_00)
	s.uncovered(f, 500_00)
	s.allocate(s.collect(p, 500_00, s.Today), r, 500_00, book.BySeller)
	s.uncovered(f, 0)
	s.stands(map[ledger.Key]money.Minor{k.called: 8_000_00, k.owed: 8_000_00, k.debt: 10_000_00, k.payable: 10_000_00})
	s.give(s.Maker, s.creditNote("one", 0, 300_00))
	s.uncovered(f, 300_00)
	s.stands(map[ledger.Key]money.Minor{k.called: 8_000_00, k.debt: 9_700_00, k.payable: 9_700_00})
	s.give(s.Buyer, &book.CloseDispute{Dispute: second, State: dispute.Withdrawn})
	s.uncovered(f, 0)
	s.allocate(s.collect(p, 9_700_00, s.Today), r, 9_700_00, book.ByBuyer) // what is still disputed it pays all the same
	s.give(s.Maker, &book.CloseFinancing{Financing: f})
	s.stands(map[ledger.Key]money.Minor{k.called: 0, k.owed: 0, k.debt: 0, k.payable: 0})
}

func TestWithoutRecourseForItDilutionIsTheFundersExposure(t *testing.T) {
	s := newScene(t)
	p := programmeOf(s.node.giver(), s.World, func(t *product.Terms) {
		answering(t)
		t.Recourse.Dispute = false
	})
	r := fresh(s.node, s.World, 0, 10_000_00)
	f := outIn(s.node, s.World, p, r)
	k := s.claims(p)
	s.give(s.Maker, s.creditNote("one", 0, 400_00))
	s.uncovered(f, 400_00)
	s.stands(map[ledger.Key]money.Minor{k.bought: 10_000_00, k.called: 0, k.debt: -400_00, k.payable: 9_600_00})
	s.refused("recourse_not_called", s.Maker, &book.Allocate{Receipt: s.collect(p, 400_00, s.Today), Receivable: r, Amount: 400_00, Payer: book.BySeller})
	s.allocate(s.collect(p, 9_600_00, s.Today.AddDays(1)), r, 9_600_00, book.ByBuyer)
	s.uncovered(f, 400_00)
	s.refused("still_owed", s.Maker, &book.CloseFinancing{Financing: f})
	s.stands(map[ledger.Key]money.Minor{k.bought: 400_00, k.payable: 0})
}

func TestWhatIsIrrevocableDoesNotShrink(t *testing.T) {
	s := newScene(t)
	p := programmeOf(s.node.giver(), s.World, answering)
	r := fresh(s.node, s.World, 0, 10_000_00)
	s.give(s.Buyer, s.confirming(receivable.Irrevocable, 9_000_00, 0))
	d := s.disputes(r, 4_000_00)
	f := outIn(s.node, s.World, p, r)
	if got := s.financed(f).Amount; got != 9_000_00 {
		t.Errorf("%d can be financed", got)
	}
	k := s.claims(p)
	s.give(s.SellerActors[0], &book.AnswerDispute{Dispute: d, Accepted: 4_000_00, Text: load32("all of it")})
	s.give(s.Maker, s.creditNote("one", 0, 5_000_00))
	s.uncovered(f, 0)
	s.stands(map[ledger.Key]money.Minor{k.bought: 9_000_00, k.called: 0, k.debt: 0, k.payable: 0, k.confirmed: 9_000_00})
	if got := s.debt(r); got.Outstanding() != 9_000_00 || got.Credited != 9_000_00 || got.Disputed != 0 {
		t.Errorf("%+v", got)
	}
	s.allocate(s.collect(p, 9_000_00, s.Today), r, 9_000_00, book.ByBuyer)
	s.give(s.Maker, &book.CloseFinancing{Financing: f})
	s.stands(map[ledger.Key]money.Minor{k.bought: 0, k.debt: 0, k.confirmed: 0})
}

func TestADisputeOnTheWayToThePayment(t *testing.T) {
	begin := func(t *testing.T) (*scene, id.Programme, id.Receivable, id.Financing) {
		s := newScene(t)
		p := programmeOf(s.node.giver(), s.World, answering)
		r := fresh(s.node, s.World, 0, 10_000_00)
		f := must[*book.FinancingOpened](s.node, s.SellerActors[0], &book.RequestQuote{Receivable: r, Programme: p, Payee: s.Accounts[0]}).Financing.ID
		s.give(s.SellerActors[0], &book.AcceptQuote{Financing: f})
		return s, p, r, f
	}
	t.Run("before it is instructed nothing leaves", func(t *testing.T) {
		s, _, r, f := begin(t)
		s.disputes(r, 1)
		s.refused("amount_changed", s.Maker, &book.Disburse{Financing: f})
	})
	t.Run("after that it is without cover from the first day", func(t *testing.T) {
		s, p, r, f := begin(t)
		opened := must[*book.PaymentOpened](s.node, s.Maker, &book.Disburse{Financing: f}).Payment
		s.disputes(r, 1_000_00)
		s.uncovered(f, 0)
		s.give(s.Bank, &book.RecordOutcome{Payment: opened.ID, State: payment.Executed, Value: s.Today})
		s.uncovered(f, 1_000_00)
		k := s.claims(p)
		s.stands(map[ledger.Key]money.Minor{k.bought: 9_000_00, k.called: 1_000_00})
		s.give(s.Bank, &book.RecordOutcome{Payment: opened.ID, State: payment.Returned, Value: s.Today})
		s.stands(map[ledger.Key]money.Minor{k.bought: 0, k.called: 0, k.owed: 0, k.debt: 10_000_00})
	})
	t.Run("what is disputed is not quoted", func(t *testing.T) {
		s := newScene(t)
		p := programmeOf(s.node.giver(), s.World, answering)
		r := fresh(s.node, s.World, 0, 10_000_00)
		s.give(s.Buyer, s.confirming(receivable.Soft, 9_500_00))
		s.disputes(r, 1_000_00)
		f := outIn(s.node, s.World, p, r)
		if got := s.financed(f).Amount; got != 9_000_00 {
			t.Errorf("%d can be financed", got)
		}
		s.stands(nil)
	})
}

func TestConfirmations(t *testing.T) {
	t.Run("rise, in part and by two signatories", func(t *testing.T) {
		s := newScene(t)
		s.live(4, amounting(large))
		s.give(s.Buyer, s.confirming(receivable.Irrevocable, 10_000_00, 1))
		s.refused("already_confirmed", s.Buyer, s.confirming(receivable.Irrevocable, 10_000_00, 0))
		s.refused("already_confirmed", s.Buyer, s.confirming(receivable.Soft, large))
		s.refused("second_signature_missing", s.Buyer, s.confirming(receivable.Irrevocable, large, 1))
		s.give(s.Buyer, s.confirming(receivable.Irrevocable, large, 1, 0))
		k := s.claims(s.Payables)
		s.stands(map[ledger.Key]money.Minor{k.confirmed: large, k.payable: 0})
		if got := s.debt(s.receivable()).Signatures; got != 2 {
			t.Errorf("%d signatures", got)
		}
	})
	t.Run("by two at two desks", func(t *testing.T) {
		s := newScene(t)
		begun := s.begun()
		if got := s.debt(s.receivable()).Undertaking; got != receivable.NoUndertaking {
			t.Fatalf("one signature of two binds: %s", got)
		}
		s.refused("signature_repeated", s.Buyer, &book.CompleteConfirmation{Confirmation: begun, Confirm: *s.confirming(receivable.Irrevocable, large, 1)})
		s.give(s.Buyer, &book.CompleteConfirmation{Confirmation: begun, Confirm: *s.confirming(receivable.Irrevocable, large, 0)})
		if got := s.debt(s.receivable()); got.Undertaking != receivable.Irrevocable || got.Confirmed != large || got.Signatures != 2 {
			t.Fatalf("%+v", got)
		}
		s.stands(nil)
	})
	t.Run("a key that is revoked meanwhile signs nothing", func(t *testing.T) {
		s := newScene(t)
		begun := s.begun()
		s.give(s.Buyer, &book.RevokeSigningKey{Key: s.Signatories[1].Key})
		s.refused("signing_key_state", s.Buyer, &book.CompleteConfirmation{Confirmation: begun, Confirm: *s.confirming(receivable.Irrevocable, large, 0)})
	})
	t.Run("one that is given at once replaces one that waits", func(t *testing.T) {
		s := newScene(t)
		begun := s.begun()
		s.give(s.Buyer, s.confirming(receivable.Irrevocable, large, 0))
		if got := book.Record(s.book, "confirmation", begun.Number()).(receivable.Confirmation).State; got != receivable.Replaced {
			t.Errorf("it is %s", got)
		}
		s.stands(nil)
	})
	t.Run("a soft one is withdrawn, and the trade says so", func(t *testing.T) {
		s := newScene(t)
		l := s.live(4)
		s.give(s.Buyer, s.confirming(receivable.Soft, l.Amount))
		s.give(s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: s.Discounting, Payee: s.Accounts[0]})
		s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
		s.give(s.Buyer, &book.WithdrawConfirmation{Receivable: s.receivable(), Reason: load32("by mistake")})
		if tr := book.Record(s.book, "trade", 1).(trade.Trade); tr.Facts&trade.Confirmed != 0 {
			t.Error("the trade is still confirmed")
		}
		s.refused("undertaking_missing", s.Maker, &book.Disburse{Financing: s.financing()})
		s.stands(nil)
	})
	t.Run("an imported receivable without a document is confirmed as such", func(t *testing.T) {
		s := newScene(t)
		s.give(s.Maker, s.importing())
		s.give(s.Buyer, s.confirming(receivable.Irrevocable, 1_000_00, 0))
		s.stands(nil)
	})
	t.Run("the operator relays what is signed, and nothing else", func(t *testing.T) {
		s := newScene(t)
		s.live(4)
		s.refused("other_party", s.Maker, s.confirming(receivable.Soft, 5_00))
		c := s.confirming(receivable.Soft, 5_00, 0)
		s.refused("channel_invalid", s.Maker, c)
		c.Channel = 3
		s.give(s.Maker, c)
		s.refused("not_permitted", s.SellerActors[0], c)
	})
}
