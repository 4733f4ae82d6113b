package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/lab/load"
)

// keeper is a new person of a custodian.
func (s *scene) keeper(of id.Party) id.Actor {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterActor{Party: of, Role: party.Custodian})
	return latest[id.Actor](s, "actor")
}

// otherCustodian is a person of a bank that keeps no account of the programmes.
func (s *scene) otherCustodian() id.Actor {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterParty{Roles: party.Custodian, Country: "DE", Tokens: []party.Token{party.Token(load.Token("another custodian"))}})
	return s.keeper(latest[id.Party](s, "party"))
}

func (s *scene) outside() money.Minor {
	var debits, credits money.Minor
	for n := uint64(1); n <= book.Counts(s.book)["account"]; n++ {
		if a := book.Record(s.book, "account", n).(ledger.Account); a.Key.Code == ledger.Outside {
			debits, credits = debits+a.DebitsPosted, credits+a.CreditsPosted
		}
	}
	return debits - credits
}

// A person of the custodian releases a payment on an account with it, once; nobody of another custodian does.
func TestTheCustodianReleasesAPayment(t *testing.T) {
	s := newScene(t)
	keeper, stranger := s.keeper(s.Custodian), s.otherCustodian()
	s.live(8)
	release := &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: s.book.Date()}
	before := s.outside()
	s.refused("other_party", stranger, release)
	s.refused("date_missing", keeper, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed})
	s.refused("outcome_invalid", keeper, &book.RecordOutcome{Payment: s.payment(), State: payment.InDoubt})
	s.refused("not_permitted", s.Buyer, release)
	s.give(keeper, release)
	p := s.paymentOf()
	if p.State != payment.Executed || p.Decider != keeper || p.Refusal != [32]byte{} || p.Value != s.book.Date() {
		t.Errorf("released: %+v", p)
	}
	if moved := before - s.outside(); moved != p.Amount {
		t.Errorf("%d has left the accounts, not %d", moved, p.Amount)
	}
	s.refused("payment_state", keeper, release)
	s.refused("outcome_invalid", keeper, &book.RecordOutcome{Payment: p.ID, State: payment.Returned, Value: s.book.Date()})
	s.give(s.Bank, &book.RecordOutcome{Payment: p.ID, State: payment.Returned, Value: s.book.Date()})
	if back := s.paymentOf(); back.State != payment.Returned || back.Decider != keeper {
		t.Errorf("came back: %+v", back)
	}
	s.sound()
}

// Who refuses says why; what was set aside is free again, and the financing is cancelled.
func TestTheCustodianRefusesAPayment(t *testing.T) {
	s := newScene(t)
	keeper, stranger := s.keeper(s.Custodian), s.otherCustodian()
	s.live(8)
	before := s.outside()
	refuse := &book.RecordOutcome{Payment: s.payment(), State: payment.Refused, Reason: load32("the purpose does not fit")}
	s.refused("reason_missing", keeper, &book.RecordOutcome{Payment: s.payment(), State: payment.Refused})
	s.refused("other_party", stranger, refuse)
	s.give(keeper, refuse)
	if p := s.paymentOf(); p.State != payment.Refused || p.Decider != keeper || p.Refusal != refuse.Reason || s.outside() != before {
		t.Errorf("refused: %+v", p)
	}
	if f := s.financed(s.financing()); f.State.String() != "cancelled" {
		t.Errorf("the financing is %s", f.State)
	}
	s.refused("payment_state", keeper, refuse)
	s.sound()
}

// What the operator or a rule holds back the custodian does not let go: a payment that is not approved, that is withheld, or of a
// programme that is stopped. It may refuse what is withheld.
func TestTheCustodianReleasesNothingThatIsHeldBack(t *testing.T) {
	s := newScene(t)
	p := s.checking(func(c *book.ProposeProgramme) { c.PayeeNewDays = 10 })
	keeper := s.keeper(s.Custodian)
	pay := s.disbursed(p, s.grounded())
	release := &book.RecordOutcome{Payment: pay, State: payment.Executed, Value: s.book.Date()}
	s.refused("payment_state", keeper, release)
	s.give(s.Checker, &book.ApprovePayment{Payment: pay, Decision: book.Approve})
	s.refused("payment_state", keeper, release)
	s.give(s.colleague(), &book.ApprovePayment{Payment: pay, Decision: book.Approve})
	s.account(0, "new")
	s.refused("payment_withheld", keeper, release)
	s.give(keeper, &book.RecordOutcome{Payment: pay, State: payment.Refused, Reason: load32("its payee has new details")})
	s.sound()
}
