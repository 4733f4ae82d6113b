package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, shortfallRefusals...) }

// short leaves a programme short of 5,000.00 that its funder has had: it was collected, swept, used for another financing, and taken
// back by the bank.
func (s *scene) short() {
	s.t.Helper()
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	receipt := s.collect(s.Discounting, 5_000_00, s.book.Date())
	s.allocate(receipt, s.receivable(), 5_000_00, book.ByBuyer)
	s.swept()
	s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back")})
}

// swept returns to the funder what was collected for it.
func (s *scene) swept() id.Payment {
	s.t.Helper()
	s.give(s.Maker, &book.Sweep{Programme: s.Discounting, Funder: s.Funder})
	p := s.payment()
	s.give(s.Bank, &book.RecordOutcome{Payment: p, State: payment.Executed, Bank: load.Token("swept"), Value: s.book.Date()})
	return p
}

func (s *scene) standsStill() bool {
	return book.Record(s.book, "programme", s.Discounting.Number()).(funding.Programme).Stopped
}

// settles settles an amount of what the funder is short of by money of its own.
func (s *scene) settles(amount money.Minor) {
	s.t.Helper()
	s.give(s.Maker, &book.SettleShortfall{Programme: s.Discounting, Party: s.Funder, Receipt: s.collect(s.Discounting, amount, s.book.Date()), Amount: amount})
}

var shortfallRefusals = []refusal{
	{"shortfall_none", "No shortfall of this party is open in the programme.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.SettleShortfall{Programme: s.Discounting, Party: s.Funder, Amount: 1}
	}},
	{"shortfall_open", "The programme is short of something.", "Have it settled first.", func(s *scene) (id.Actor, book.Command) {
		s.short()
		return s.Maker, &book.LiftStop{Programme: s.Discounting, Reason: load32("hurry")}
	}},
	{"programme_pays", "The programme is not stopped.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.LiftStop{Programme: s.Discounting, Reason: load32("hurry")}
	}},
}

// What the funder had of a payment that the bank took back it makes good in two parts, by its own money and out of what is collected for it;
// then two people let the programme pay again.
func TestAShortfallIsSettledAndTheStopLifted(t *testing.T) {
	s := newScene(t)
	s.short()
	f := s.financing()
	funder := func(code ledger.Code) ledger.Key {
		return ledger.Key{Entity: s.Funder, Programme: s.Discounting, Code: code}
	}
	owed := ledger.Key{Entity: s.Custodian, Programme: s.Discounting, Counterparty: s.Funder, Code: ledger.PartyShortfall}
	s.stands(map[ledger.Key]money.Minor{owed: 5_000_00, funder(ledger.FunderShortfall): 5_000_00})
	c := &book.SettleShortfall{Programme: s.Discounting, Party: s.Funder, Amount: 1_000_00}
	s.refused("funds_insufficient", s.Maker, c)
	c.Amount = 5_000_01
	s.refused("amount_invalid", s.Maker, c)
	s.settles(3_000_00)
	s.stands(map[ledger.Key]money.Minor{owed: 2_000_00, funder(ledger.FunderShortfall): 2_000_00})
	s.refused("shortfall_open", s.Maker, &book.LiftStop{Programme: s.Discounting, Reason: load32("settled")})
	s.allocate(s.collect(s.Discounting, 6_000_00, s.book.Date()), s.financed(f).Receivable, 6_000_00, book.ByBuyer)
	c.Amount = 2_000_00
	s.give(s.Maker, c)
	s.stands(map[ledger.Key]money.Minor{owed: 0, funder(ledger.FunderShortfall): 0})
	s.refused("programme_stopped", s.Maker, &book.Sweep{Programme: s.Discounting, Funder: s.Funder})
	lift := &book.LiftStop{Programme: s.Discounting, Reason: load32("settled")}
	s.give(s.Maker, lift)
	s.refused("measure_waits", s.Maker, lift)
	s.refused("second_person", s.Maker, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	s.refused("other_party", s.FunderActor, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	if !s.standsStill() {
		t.Error("one person has lifted the stop")
	}
	s.give(s.Checker, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	if s.standsStill() {
		t.Error("it is stopped")
	}
	s.swept()
	s.sound()
}

// The seller had the rest of what its buyer paid; the bank takes it all back.
func TestASellerSettlesItsShortfall(t *testing.T) {
	s := newScene(t)
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	f := s.financed(s.financing())
	receipt := s.collect(s.Discounting, 20_000_00, s.book.Date())
	s.allocate(receipt, f.Receivable, 20_000_00, book.ByBuyer)
	s.give(s.Maker, &book.PayOut{Programme: s.Discounting, Seller: s.Sellers[0], Account: s.Accounts[0]})
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Bank: load.Token("paid"), Value: s.book.Date()})
	s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back")})
	key := ledger.Key{Entity: s.Sellers[0], Code: ledger.SellerShortfall}
	s.stands(map[ledger.Key]money.Minor{key: 3_000_00})
	s.give(s.Maker, &book.SettleShortfall{
		Programme: s.Discounting, Party: s.Sellers[0], Receipt: s.collect(s.Discounting, 3_000_00, s.book.Date()), Amount: 3_000_00,
	})
	s.stands(map[ledger.Key]money.Minor{key: 0})
}

// A deposit that was used before the bank took it back, and the price of a buyback that had been passed on: the first is the funder's
// to make good, the second nobody's by name.
func TestOtherShortfallsAreMadeGood(t *testing.T) {
	for _, way := range []string{"by money", "set off"} {
		s := newScene(t)
		s.live(9, discounted, amounting(20_000_00), dueIn30)
		funding := ledger.Key{Entity: s.Custodian, Programme: s.Discounting, Counterparty: s.Funder, Code: ledger.Funding, Currency: s.Currency}
		for number := uint64(1); book.BalanceOf(s.book, funding) > 0; number++ {
			if r := book.Record(s.book, "receipt", number).(payment.Receipt); r.Programme == s.Discounting && r.Funder == s.Funder {
				s.give(s.Bank, &book.ReverseReceipt{Receipt: r.ID, Line: load.Token("gone " + r.ID.String())})
			}
		}
		short := ledger.Key{Entity: s.Custodian, Programme: s.Discounting, Counterparty: s.Funder, Code: ledger.Shortfall, Currency: s.Currency}
		amount := book.BalanceOf(s.book, short)
		if amount == 0 {
			t.Fatal("nothing is short")
		}
		if way == "by money" {
			s.settles(amount)
		} else {
			s.allocate(s.collect(s.Discounting, 20_000_00, s.book.Date()), s.receivable(), 20_000_00, book.ByBuyer)
			s.give(s.Maker, &book.SettleShortfall{Programme: s.Discounting, Party: s.Funder, Amount: 1_000_00})
			amount = 1_000_00
		}
		s.stands(map[ledger.Key]money.Minor{short: book.BalanceOf(s.book, short)})
	}
	s := newScene(t)
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	price := s.collect(s.Discounting, 20_000_00, s.book.Date())
	s.give(s.Maker, &book.BuyBack{Financing: s.financing(), Receipt: price})
	s.give(s.Bank, &book.ReverseReceipt{Receipt: price, Line: load.Token("back")})
	unnamed := ledger.Key{Entity: s.Custodian, Programme: s.Discounting, Code: ledger.Shortfall, Currency: s.Currency}
	amount := book.BalanceOf(s.book, unnamed)
	s.give(s.Maker, &book.SettleShortfall{Programme: s.Discounting, Receipt: s.collect(s.Discounting, amount, s.book.Date()), Amount: amount})
	s.stands(map[ledger.Key]money.Minor{unnamed: 0})
}

// A bank's return is a fact: a sweep comes back when its money is out again.
func TestASweepComesBackAfterItsMoneyWasUsed(t *testing.T) {
	s := newScene(t)
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	s.allocate(s.collect(s.Discounting, 20_000_00, s.book.Date()), s.receivable(), 20_000_00, book.ByBuyer)
	swept := s.swept()
	for number := uint64(1); number <= book.Counts(s.book)["receipt"]; number++ {
		if r := book.Record(s.book, "receipt", number).(payment.Receipt); r.Programme == s.Discounting && r.Funder == s.Funder {
			s.give(s.Bank, &book.ReverseReceipt{Receipt: r.ID, Line: load.Token("gone " + r.ID.String())})
		}
	}
	s.sound()
	s.give(s.Bank, &book.RecordOutcome{Payment: swept, State: payment.Returned, Value: s.book.Date()})
	p := book.Record(s.book, "payment", swept.Number()).(payment.Payment)
	if p.Missing == 0 || !s.standsStill() {
		t.Errorf("%+v", p)
	}
	s.sound()
	s.give(s.Maker, &book.SettleShortfall{Programme: s.Discounting, Party: s.Funder, Amount: p.Missing})
	s.sound()
}

// A disbursement comes back after the buyer has paid: the financing has never been, what was collected is the seller's, and the funder
// owes what it has had of it.
func TestADisbursementComesBackAfterItWasRepaid(t *testing.T) {
	for _, passedOn := range []bool{false, true} {
		for _, loan := range []bool{true, false} {
			s := newScene(t)
			programme, changes := s.Payables, []func(l *load.Life){amounting(20_000_00), dueIn30}
			if loan {
				programme, changes = s.Discounting, append(changes, discounted)
			}
			s.live(9, changes...)
			f := s.financed(s.financing())
			out := s.payment()
			s.wait(10)
			s.allocate(s.collect(programme, 5_000_00, s.book.Date()), f.Receivable, 5_000_00, book.ByBuyer)
			if passedOn {
				s.give(s.Maker, &book.Sweep{Programme: programme, Funder: s.Funder})
				s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Bank: load.Token("swept"), Value: s.book.Date()})
			}
			limit := s.used()
			s.give(s.Bank, &book.RecordOutcome{Payment: out, State: payment.Returned, Value: s.book.Date()})
			got, r := s.financed(f.ID), s.debt(f.Receivable)
			if got.State != funding.Cancelled || got.Repaid != 0 || r.Financing != 0 || r.Outstanding() != 15_000_00 || !loan && limit-s.used() != 15_000_00 {
				t.Errorf("%+v, %+v", got, r)
			}
			s.stands(map[ledger.Key]money.Minor{
				{Entity: s.Custodian, Programme: programme, Counterparty: s.Sellers[0], Code: ledger.CollectionForSeller}: 5_000_00,
				{Entity: s.Sellers[0], Counterparty: s.Anchor, Code: ledger.TradeReceivables}:                             15_000_00,
				{Entity: s.Sellers[0], Code: ledger.FinancingCost}:                                                        0,
			})
		}
	}
}
