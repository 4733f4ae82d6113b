package book_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/supervision"
	"millrace/lab/load"
)

// ownAccount is a verified bank account of a party.
func (s *scene) ownAccount(p id.Party) id.BankAccount {
	s.t.Helper()
	s.give(s.Maker, &book.ProposeBankAccount{Party: p, Currency: s.Currency, Token: party.Token(load.Token(fmt.Sprint("own account ", p, s.at)))})
	account := latest[id.BankAccount](s, "bank_account")
	s.give(s.Checker, &book.VerifyBankAccount{Account: account})
	return account
}

// supervising proposes the record of an account of a programme.
func (s *scene) supervising(p id.Programme, kind supervision.Kind) *book.ProposeSupervisedAccount {
	c := &book.ProposeSupervisedAccount{
		Place: supervision.Place{Programme: p, Kind: kind}, Owner: s.Custodian, Protection: supervision.GermanTrust, Since: s.Today,
		MandateHash: load32("control agreement"), Mandate: load32("control"), Signatories: []supervision.Signatory{{Party: s.Operator}, {Actor: s.FunderActor}},
		Together: 2, Token: party.Token(load.Token(fmt.Sprint("supervised ", p, kind))), Details: load32("iban"),
	}
	switch kind {
	case supervision.Funding:
		c.Place.Funder, c.Beneficiary, c.Owner, c.Protection = s.Funder, s.Funder, s.Funder, supervision.OwnMoney
	case supervision.Fees:
		c.Beneficiary, c.Owner, c.Protection = s.Operator, s.Operator, supervision.OwnMoney
	}
	return c
}

func (s *scene) supervise(p id.Programme, kind supervision.Kind) id.SupervisedAccount {
	s.t.Helper()
	s.give(s.Maker, s.supervising(p, kind))
	account := latest[id.SupervisedAccount](s, "supervised_account")
	s.give(s.Checker, &book.DecideSupervisedAccount{Account: account, Decision: book.Approve})
	return account
}

// strict is a programme that asks for the records of its accounts, with limits and money.
func (s *scene) strict() id.Programme {
	return s.stocked(500_000_00, func(c *book.ProposeProgramme) { c.AccountsRequired = true })
}

// stocked is a programme on terms of its own, in force, with limits and a deposit of its funder.
func (s *scene) stocked(deposit money.Minor, terms func(*book.ProposeProgramme)) id.Programme {
	s.t.Helper()
	c := s.propose()
	terms(c)
	s.give(s.Maker, c)
	p := latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range s.keysOf(p) {
		s.limit(key, 1_000_000_00, 300)
	}
	s.founded(p)
	s.deposit(p, s.Funder, deposit)
	return p
}

// executed says that the bank has paid the latest payment.
func (s *scene) executed() {
	s.t.Helper()
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: s.book.Date()})
}

func (s *scene) paymentOf() payment.Payment {
	return book.Record(s.book, "payment", s.payment().Number()).(payment.Payment)
}

func (s *scene) received(r id.Receipt) payment.Receipt {
	return book.Record(s.book, "receipt", r.Number()).(payment.Receipt)
}

// misapplied proposes to send what came in to another programme or to its sender.
func (s *scene) misapplied(r id.Receipt, way payment.Way, amount money.Minor) *book.ProposeReturn {
	c := &book.ProposeReturn{Receipt: r, Way: way, Amount: amount, Line: s.received(r).Line, Reason: load32("not ours")}
	switch way {
	case payment.ToProgramme:
		c.To = s.Discounting
	case payment.ToSender:
		c.Account, c.Details = party.Token(load.Token("sender")), load32("sender")
	}
	return c
}

func (s *scene) sendBack(r id.Receipt, amount money.Minor) {
	s.t.Helper()
	s.give(s.Maker, s.misapplied(r, payment.ToSender, amount))
	s.give(s.Checker, &book.DecideReturn{Return: latest[id.Return](s, "return_of_receipt"), Decision: book.Approve, Account: party.Token(load.Token("sender"))})
}

func (s *scene) charged(kind supervision.Kind, cause payment.Cause, amount money.Minor) *book.RecordCharge {
	c := &book.RecordCharge{
		Account: supervision.Place{Programme: s.Discounting, Kind: kind}, Cause: cause, Line: load.Token(fmt.Sprint("charge ", kind, cause, amount)), Amount: amount,
		Currency: s.Currency, Value: s.book.Date(), Booking: s.book.Date(),
	}
	if kind == supervision.Funding {
		c.Account.Funder = s.Funder
	}
	return c
}

func custody(s *scene, p id.Programme, of id.Party, code ledger.Code) ledger.Key {
	return ledger.Key{Entity: s.Custodian, Programme: p, Counterparty: of, Code: code}
}

func TestNothingIsAcceptedBeforeTheAccountsAreOnRecord(t *testing.T) {
	s := newScene(t)
	p := s.strict()
	s.live(5)
	q := s.quote()
	q.Programme = p
	s.give(s.SellerActors[0], q)
	accept := &book.AcceptQuote{Financing: s.financing()}
	s.supervise(p, supervision.Collection)
	s.supervise(p, supervision.Fees)
	s.refused("accounts_missing", s.SellerActors[0], accept)
	s.give(s.Maker, s.supervising(p, supervision.Funding))
	last := latest[id.SupervisedAccount](s, "supervised_account")
	s.refused("accounts_missing", s.SellerActors[0], accept) // one person's word
	s.refused("second_person", s.Maker, &book.DecideSupervisedAccount{Account: last, Decision: book.Approve})
	s.give(s.Checker, &book.DecideSupervisedAccount{Account: last, Decision: book.Approve})
	s.give(s.SellerActors[0], accept)
	s.refused("supervised_account_not_empty", s.Maker, &book.CloseSupervisedAccount{Account: last})
	fees := id.Make[id.SupervisedAccount](1, 2)
	s.give(s.Maker, &book.CloseSupervisedAccount{Account: fees})
	s.refused("accounts_missing", s.Maker, &book.Disburse{Financing: s.financing()})
	s.supervise(p, supervision.Fees) // its number is free again
	s.give(s.Maker, &book.Disburse{Financing: s.financing()})
	s.sound()
}

// The fee of 18.00 leaves to the operator's own account by two persons, comes back, and leaves again. Then the disbursement itself
// comes back: the operator owes its fee, and the programme stands still until that is settled.
func TestTheOperatorTakesOnlyItsFeesAndGivesThemBack(t *testing.T) {
	s := newScene(t)
	s.live(9)
	f := s.financed(s.financing())
	kept, own := custody(s, f.Programme, s.Operator, ledger.OperatorFees), s.ownAccount(s.Operator)
	bank := ledger.Key{Entity: s.Operator, Code: ledger.OperatorBank}
	at := ledger.Key{Entity: s.Operator, Code: ledger.OperatorAccount}
	take := &book.PayFees{Programme: f.Programme, Party: s.Operator, Account: own}
	s.refused("bank_account_other_party", s.Maker, &book.PayFees{Programme: f.Programme, Party: s.Operator, Account: s.Accounts[0]})
	s.give(s.Maker, take)
	if p := s.paymentOf(); p.State != payment.AwaitingApproval || p.Amount != f.Fee || p.Purpose != payment.OperatorsFees {
		t.Fatalf("%+v", p)
	}
	s.refused("nothing_to_pay", s.Maker, take)
	s.refused("second_person", s.Maker, &book.ApprovePayment{Payment: s.payment(), Decision: book.Approve})
	s.give(s.Checker, &book.ApprovePayment{Payment: s.payment(), Decision: book.Approve})
	s.executed()
	s.stands(map[ledger.Key]money.Minor{kept: 0, bank: f.Fee, at: 0})
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Returned, Value: s.book.Date()})
	s.stands(map[ledger.Key]money.Minor{kept: f.Fee, bank: 0, at: f.Fee})
	s.give(s.Maker, take)
	s.give(s.Checker, &book.ApprovePayment{Payment: s.payment(), Decision: book.Approve})
	s.executed()
	s.give(s.Bank, &book.RecordOutcome{Payment: f.Payment, State: payment.Returned, Value: s.book.Date()})
	short := custody(s, f.Programme, s.Operator, ledger.FeesShortfall)
	s.stands(map[ledger.Key]money.Minor{kept: 0, short: f.Fee, bank: f.Fee, at: -f.Fee})
	s.refused("programme_stopped", s.Maker, take)
	s.refused("shortfall_open", s.Maker, &book.LiftStop{Programme: f.Programme, Reason: load32("hurry")})
	settle := &book.SettleShortfall{Programme: f.Programme, Party: s.Operator, Of: book.OfFees, Amount: f.Fee}
	s.refused("funds_insufficient", s.Maker, settle)
	settle.Receipt = s.collect(f.Programme, f.Fee, s.book.Date())
	s.give(s.Maker, settle)
	s.stands(map[ledger.Key]money.Minor{short: 0, bank: 0, at: 0})
	s.give(s.Maker, &book.LiftStop{Programme: f.Programme, Reason: load32("settled")})
	s.give(s.Checker, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	s.sound()
}

func TestAFunderTakesBackWhatIsFree(t *testing.T) {
	s := newScene(t)
	s.live(7) // something is set aside
	key := custody(s, s.Payables, s.Funder, ledger.Funding)
	had := book.BalanceOf(s.book, ledger.Key{Entity: key.Entity, Programme: key.Programme, Counterparty: key.Counterparty, Code: key.Code, Currency: s.Currency})
	own := s.ownAccount(s.Funder)
	take := &book.WithdrawFunding{Programme: s.Payables, Funder: s.Funder, Account: own, Amount: had}
	s.refused("funds_insufficient", s.FunderActor, take)
	take.Amount = 50_000_00
	s.refused("other_party", s.Buyer, take)
	s.give(s.FunderActor, take)
	s.executed()
	s.stands(map[ledger.Key]money.Minor{key: had - 50_000_00})
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Returned, Value: s.book.Date()})
	s.stands(map[ledger.Key]money.Minor{key: had})
	s.give(s.FunderActor, take)
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Refused})
	s.stands(map[ledger.Key]money.Minor{key: had})
}

// 900.00 of 1,000.00 belong to the other programme. They leave by two persons' word and arrive there by the bank's own line.
func TestMisappliedMoneyGoesWhereItBelongs(t *testing.T) {
	s := newScene(t)
	r := s.collect(s.Payables, 1_000_00, s.book.Date())
	there := custody(s, s.Payables, 0, ledger.CollectionUnallocated)
	c := s.misapplied(r, payment.ToProgramme, 900_00)
	s.give(s.Maker, c)
	moved := latest[id.Return](s, "return_of_receipt")
	s.refused("return_waits", s.Checker, c)
	s.refused("second_person", s.Maker, &book.DecideReturn{Return: moved, Decision: book.Approve})
	s.give(s.Checker, &book.DecideReturn{Return: moved, Decision: book.Approve})
	if got := s.received(r); got.Left() != 100_00 || got.Used != 0 {
		t.Errorf("%+v", got)
	}
	s.stands(map[ledger.Key]money.Minor{there: 1_000_00})
	s.executed()
	s.stands(map[ledger.Key]money.Minor{there: 100_00})
	s.collect(s.Discounting, 900_00, s.book.Date()) // the bank's line over there
	s.stands(map[ledger.Key]money.Minor{custody(s, s.Discounting, 0, ledger.CollectionUnallocated): 900_00})
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Returned, Value: s.book.Date()})
	s.stands(map[ledger.Key]money.Minor{there: 1_000_00})
	if got := s.received(r); got.Left() != 1_000_00 || got.State != payment.Unallocated {
		t.Errorf("%+v", got)
	}
}

func TestWhoApprovesAReturnReadsTheAccountAnew(t *testing.T) {
	s := newScene(t)
	r := s.collect(s.Payables, 1_000_00, s.book.Date())
	s.give(s.Maker, s.misapplied(r, payment.ToSender, 1_000_00))
	moved := latest[id.Return](s, "return_of_receipt")
	s.refused("account_differs", s.Checker, &book.DecideReturn{Return: moved, Decision: book.Approve, Account: party.Token(load.Token("another"))})
	s.give(s.Checker, &book.DecideReturn{Return: moved, Decision: book.Approve, Account: party.Token(load.Token("sender"))})
	s.executed()
	if got := s.received(r); got.State != payment.Allocated || got.Returned != 1_000_00 {
		t.Errorf("%+v", got)
	}
	s.sound()
	// What was given back the bank takes away once more: nobody here has it.
	s.give(s.Bank, &book.ReverseReceipt{Receipt: r, Line: load.Token("taken too")})
	s.stands(map[ledger.Key]money.Minor{custody(s, s.Payables, 0, ledger.Shortfall): 1_000_00})
}

// The bank takes back what is on its way to its sender: if that payment fails, nothing is short; if not, all of it is.
func TestAReversalMeetsAReturnUnderWay(t *testing.T) {
	for _, end := range []payment.State{payment.Refused, payment.Executed, payment.Returned} {
		t.Run(end.String(), func(t *testing.T) {
			s := newScene(t)
			r := s.collect(s.Payables, 1_000_00, s.book.Date())
			s.sendBack(r, 600_00)
			s.give(s.Bank, &book.ReverseReceipt{Receipt: r, Line: load.Token("taken")})
			short := custody(s, s.Payables, 0, ledger.Shortfall)
			s.stands(map[ledger.Key]money.Minor{short: 600_00})
			want := money.Minor(0)
			switch end {
			case payment.Refused:
				s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: end})
			case payment.Executed:
				s.executed()
				want = 600_00
			case payment.Returned:
				s.executed()
				s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: end, Value: s.book.Date()})
			}
			s.stands(map[ledger.Key]money.Minor{short: want, custody(s, s.Payables, 0, ledger.CollectionUnallocated): 0})
		})
	}
}

func TestARecalledReceiptWaitsForTwoPeople(t *testing.T) {
	s := newScene(t)
	s.live(9)
	r := s.collect(s.Payables, 1_000_00, s.book.Date())
	allocate := &book.Allocate{Receipt: r, Receivable: s.receivable(), Amount: 400_00, Payer: book.ByBuyer}
	s.give(s.Maker, allocate)
	recall := &book.RecallReceipt{Receipt: r, Line: load.Token("recall"), Text: load32("please")}
	s.give(s.Bank, recall)
	s.refused("receipt_recalled", s.Maker, allocate)
	s.refused("receipt_recalled", s.Maker, s.misapplied(r, payment.ToProgramme, 1_00))
	s.refused("amount_invalid", s.Maker, s.misapplied(r, payment.ToSender, 600_01))
	s.give(s.Maker, s.misapplied(r, payment.RecallStands, 0))
	s.give(s.Checker, &book.DecideReturn{Return: latest[id.Return](s, "return_of_receipt"), Decision: book.Approve})
	s.give(s.Maker, allocate)
	again := *recall
	again.Line = load.Token("recall again")
	s.give(s.Bank, &again)
	s.sendBack(r, 200_00)
	if got := s.received(r); got.Recall != payment.RecallGranted || got.Left() != 0 {
		t.Errorf("%+v", got)
	}
	s.executed()
	s.sound()
}

func TestWhatABankTakesIsANamedShortfall(t *testing.T) {
	for _, c := range []struct {
		kind    supervision.Kind
		cause   payment.Cause
		amount  money.Minor
		missing money.Minor
		on      func(s *scene) ledger.Key
	}{
		{supervision.Collection, payment.BankCharge, 12_50, 12_50, func(s *scene) ledger.Key { return custody(s, s.Discounting, 0, ledger.Shortfall) }},
		{supervision.Funding, payment.BankCharge, 12_50, 0, func(s *scene) ledger.Key { return custody(s, s.Discounting, s.Funder, ledger.Shortfall) }},
		{supervision.Funding, payment.Unexplained, 12_50, 12_50, func(s *scene) ledger.Key { return custody(s, s.Discounting, s.Funder, ledger.Shortfall) }},
		{supervision.Fees, payment.BankCharge, 100_00, 50_00, func(s *scene) ledger.Key { return custody(s, s.Discounting, s.Operator, ledger.FeesShortfall) }},
		{supervision.Fees, payment.Unexplained, 10_00, 10_00, func(s *scene) ledger.Key { return custody(s, s.Discounting, s.Operator, ledger.FeesShortfall) }},
	} {
		t.Run(c.kind.String()+" "+c.cause.String(), func(t *testing.T) {
			s := newScene(t)
			s.live(9, discounted, amounting(20_000_00))
			if fee := s.financed(s.financing()).Fee; fee != 50_00 {
				t.Fatal(fee)
			}
			charge := s.charged(c.kind, c.cause, c.amount)
			s.give(s.Bank, charge)
			s.give(s.Bank, charge) // the same line twice
			s.stands(map[ledger.Key]money.Minor{c.on(s): c.missing})
			if s.standsStill() != (c.missing > 0) {
				t.Errorf("stopped: %t", s.standsStill())
			}
			if c.missing == 0 {
				return
			}
			settle := &book.SettleShortfall{Programme: s.Discounting, Amount: c.missing, Receipt: s.collect(s.Discounting, c.missing, s.book.Date())}
			switch c.kind {
			case supervision.Funding:
				settle.Party = s.Funder
			case supervision.Fees:
				settle.Party, settle.Of = s.Operator, book.OfFees
			}
			s.give(s.Maker, settle)
			s.stands(map[ledger.Key]money.Minor{c.on(s): 0})
		})
	}
}

// Of what the buyer pays, an insurer that has paid before has its share; when it has been paid out and the bank takes the
// buyer's money back, the funder's insurer owes it.
func TestAnInsurerIsPaidItsShareAndOwesItBack(t *testing.T) {
	r := newScene(t).insured()
	r.claimed()
	r.insurerPays(9_000_00)
	buyers := r.comes("money of the buyer comes in", 3_000_00)
	r.step("the buyer pays", r.Maker, &book.Allocate{Receipt: buyers, Receivable: r.receivable(), Amount: 3_000_00, Payer: book.ByBuyer})
	share := r.forInsurer()
	if share != 2_700_00 {
		t.Fatal(share)
	}
	f := r.now()
	r.give(r.Maker, &book.RegisterParty{Roles: party.Seller, Country: "DE", Tokens: []party.Token{party.Token(load.Token("insurer"))}})
	insurer := latest[id.Party](r.scene, "party")
	pay := &book.PayInsurer{Programme: f.Programme, Funder: f.Funder, Insurer: insurer, Account: r.ownAccount(insurer)}
	r.refused("payee_not_entitled", r.Maker, &book.PayInsurer{Programme: f.Programme, Funder: f.Funder, Insurer: r.Operator, Account: pay.Account})
	r.give(r.Maker, pay)
	r.give(r.Checker, &book.ApprovePayment{Payment: r.payment(), Decision: book.Approve})
	r.give(r.Maker, &book.RecordOutcome{Payment: r.payment(), State: payment.Executed, Value: r.book.Date()})
	r.sound()
	r.give(r.Maker, &book.ReverseReceipt{Receipt: buyers, Line: load.Token("taken back from all")})
	short := ledger.Key{Entity: r.custodian, Programme: f.Programme, Counterparty: f.Funder, Code: ledger.InsurerShortfall}
	r.stands(map[ledger.Key]money.Minor{short: share})
	r.give(r.Maker, &book.SettleShortfall{Programme: f.Programme, Party: f.Funder, Of: book.OfCover, Amount: share, Receipt: r.collectIn(f, share)})
	r.stands(map[ledger.Key]money.Minor{short: 0})
}

func (r *run) collectIn(f funding.Financing, amount money.Minor) id.Receipt {
	r.t.Helper()
	r.give(r.Maker, &book.RecordReceipt{
		Programme: f.Programme, Line: load.Token(fmt.Sprint("made good ", r.at)), Amount: amount, Currency: f.Currency, Value: r.book.Date(), Booking: r.book.Date(),
	})
	return r.receipt()
}

// accountsKept puts accounts on record, and lets money go by every way that is no financing's.
func accountsKept(n *node, w *load.World) {
	n.t.Helper()
	s := &scene{node: n, World: w, lives: 700}
	p := s.strict()
	s.supervise(p, supervision.Collection)
	s.supervise(p, supervision.Funding)
	s.supervise(p, supervision.Fees)
	s.give(s.Maker, &book.CloseSupervisedAccount{Account: latest[id.SupervisedAccount](s, "supervised_account")})
	s.supervise(p, supervision.Fees)
	s.give(s.FunderActor, &book.WithdrawFunding{Programme: p, Funder: s.Funder, Account: s.ownAccount(s.Funder), Amount: 1_000_00})
	s.executed()
	r := s.collect(p, 1_000_00, s.book.Date())
	s.sendBack(r, 300_00)
	s.executed()
	s.give(s.Bank, &book.RecallReceipt{Receipt: r, Line: load.Token("recalled in a quarter")})
	s.give(s.Maker, s.misapplied(r, payment.RecallStands, 0))
	charge := s.charged(supervision.Fees, payment.Unexplained, 3_00)
	charge.Account.Programme = p
	s.give(s.Bank, charge)
	charge = s.charged(supervision.Funding, payment.BankCharge, 2_00)
	charge.Account.Programme = p
	s.give(s.Bank, charge)
}
