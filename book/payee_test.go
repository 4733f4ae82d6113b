package book_test

import (
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, payeeRefusals...) }

func (s *scene) colleague() id.Actor {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterActor{Party: s.Operator, Role: party.Operator})
	return latest[id.Actor](s, "actor")
}

// checking approves a programme with terms on payees, with money and limits.
func (s *scene) checking(changes ...func(c *book.ProposeProgramme)) id.Programme {
	s.t.Helper()
	c := s.propose()
	c.PayeeChecked = true
	for _, change := range changes {
		change(c)
	}
	s.give(s.Maker, c)
	p := latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range s.keysOf(p) {
		s.limit(key, 1_000_000_00, 300)
	}
	s.deposit(p, s.Funder, 1_000_000_00)
	s.founded(p)
	return p
}

// account names another account of a seller.
func (s *scene) account(seller int, name string) id.BankAccount {
	s.t.Helper()
	s.give(s.SellerActors[seller], &book.ProposeBankAccount{
		Party: s.Sellers[seller], Currency: s.Currency, Token: party.Token(load.Token(name)), Details: load32(name),
	})
	return latest[id.BankAccount](s, "bank_account")
}

func (s *scene) named(a id.BankAccount, result party.NameResult) {
	s.t.Helper()
	s.give(s.Maker, &book.RecordNameCheck{Account: a, Result: result, Score: 900_000})
}

func (s *scene) contacted(seller int) {
	s.t.Helper()
	s.give(s.Maker, &book.RecordContact{Party: s.Sellers[seller], Channel: party.Phone, Details: load32("phone")})
}

// accepted leads a receivable of a seller to an accepted financing in a programme.
func (s *scene) acceptedTo(p id.Programme, account id.BankAccount) id.Financing {
	s.t.Helper()
	s.live(5)
	s.give(s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: account})
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	return s.financing()
}

func (s *scene) disbursed(p id.Programme, account id.BankAccount) id.Payment {
	s.t.Helper()
	s.give(s.Maker, &book.Disburse{Financing: s.acceptedTo(p, account)})
	return s.payment()
}

// grounded puts the first seller's account on a check.
func (s *scene) grounded() id.BankAccount {
	s.t.Helper()
	s.named(s.Accounts[0], party.NameMatch)
	s.give(s.Checker, &book.VerifyBankAccount{Account: s.Accounts[0]})
	return s.Accounts[0]
}

func (s *scene) paid(of id.Payment) payment.Payment {
	return book.Record(s.book, "payment", of.Number()).(payment.Payment)
}

func (s *scene) held(of id.BankAccount) party.BankAccount {
	return book.Record(s.book, "bank_account", of.Number()).(party.BankAccount)
}

var payeeRefusals = []refusal{
	{"approval_repeated", "One person approves a payment once.", "Let another person approve it.", func(s *scene) (id.Actor, book.Command) {
		p := s.checking(func(c *book.ProposeProgramme) { c.PayeeNewDays = 10 })
		pay := s.disbursed(p, s.grounded())
		s.give(s.Checker, &book.ApprovePayment{Payment: pay, Decision: book.Approve})
		return s.Checker, &book.ApprovePayment{Payment: pay, Decision: book.Approve}
	}},
	{"change_confirmed", "The change of bank details is confirmed already.", "Nothing: it stands.", func(s *scene) (id.Actor, book.Command) {
		s.contacted(0)
		c := &book.ConfirmAccountChange{Account: s.account(0, "new"), Contact: 1, Record: load32("call")}
		s.give(s.Maker, c)
		return s.Checker, c
	}},
	{"change_none", "The account is the first one of its party in its currency: nothing changes.", "Verify it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ConfirmAccountChange{Account: s.Accounts[1], Contact: 1, Record: load32("call")}
	}},
	{"change_unconfirmed", "The account came after another one, and the party has not confirmed that.", "Ask the party at a contact of before, and record the call.", func(s *scene) (id.Actor, book.Command) {
		s.checking()
		a := s.account(0, "new")
		s.named(a, party.NameMatch)
		return s.Checker, &book.VerifyBankAccount{Account: a}
	}},
	{"change_waits", "A change of bank details waits for some business days.", "Wait.", func(s *scene) (id.Actor, book.Command) {
		s.checking()
		s.contacted(0)
		a := s.account(0, "new")
		s.named(a, party.NameMatch)
		s.give(s.colleague(), &book.ConfirmAccountChange{Account: a, Contact: 1, Record: load32("call")})
		return s.Checker, &book.VerifyBankAccount{Account: a}
	}},
	{"contact_invalid", "A contact has a channel that is no electronic mail, and its details; a party has a few.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RecordContact{Party: s.Sellers[0], Channel: 9, Details: load32("phone")}
	}},
	{"contact_new", "The contact came after the change that is to be confirmed at it.", "Ask at a contact that was on record before.", func(s *scene) (id.Actor, book.Command) {
		a := s.account(0, "new")
		s.contacted(0)
		return s.Maker, &book.ConfirmAccountChange{Account: a, Contact: 1, Record: load32("call")}
	}},
	{"contact_unknown", "The party has no such contact.", "Look up its contacts.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ConfirmAccountChange{Account: s.account(0, "new"), Contact: 1, Record: load32("call")}
	}},
	{"deposit_invalid", "A micro-deposit has an amount, a code, and some days to be answered.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.OrderMicroDeposit{Account: s.account(0, "new"), Expected: party.Token{1}, Secret: load32("secret"), Until: s.Today.AddDays(31)}
	}},
	{"deposit_state", "No micro-deposit waits for an answer, or one still does.", "Order one, or answer the one that waits.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.AnswerMicroDeposit{Account: s.account(0, "new"), Answer: party.Token{1}}
	}},
	{"name_check_invalid", "A bank's answer on a name is one of four, with a score.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RecordNameCheck{Account: s.account(0, "new"), Result: party.NameMatch, Score: book.ScoreMax + 1}
	}},
	{"name_refused", "The bank says that the account's holder has another name.", "Find out whose account it is; name another one.", func(s *scene) (id.Actor, book.Command) {
		a := s.account(0, "new")
		s.named(a, party.NameNoMatch)
		return s.Checker, &book.VerifyBankAccount{Account: a}
	}},
	{"payee_unchecked", "The account stands on no check, and the programme asks for one.", "Have the bank asked, or a micro-deposit answered, or a bank's letter recorded; then verify it.", func(s *scene) (id.Actor, book.Command) {
		p := s.checking()
		s.live(5)
		return s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
	}},
	{"payment_not_withheld", "The payment is not withheld.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		s.live(8)
		return s.Checker, &book.ReleasePayment{Payment: s.payment(), Reason: load32("why")}
	}},
	{"payment_withheld", "The payment is withheld: its payee's bank details are in doubt.", "Ask the payee, and let a second person release it.", func(s *scene) (id.Actor, book.Command) {
		pay := s.disbursed(s.checking(), s.grounded())
		s.account(0, "new")
		return s.Maker, &book.RetryPayment{Payment: pay}
	}},
	{"record_missing", "What proves it is not in the vault.", "Store it, and name it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RecordBankLetter{Account: s.account(0, "new")}
	}},
}

func TestWhatAVerificationStandsOn(t *testing.T) {
	for _, test := range []struct {
		name   string
		checks func(s *scene, a id.BankAccount)
		reason bool
		ground party.Ground
		code   string
	}{
		{"nothing", func(*scene, id.BankAccount) {}, false, 0, "payee_unchecked"},
		{"match", func(s *scene, a id.BankAccount) { s.named(a, party.NameMatch) }, false, party.ByName, ""},
		{"close", func(s *scene, a id.BankAccount) { s.named(a, party.NameClose) }, false, 0, "reason_missing"},
		{"close, with a reason", func(s *scene, a id.BankAccount) { s.named(a, party.NameClose) }, true, party.ByReason, ""},
		{"not possible", func(s *scene, a id.BankAccount) { s.named(a, party.NameNotPossible) }, false, 0, "reason_missing"},
		{"not possible, with a reason", func(s *scene, a id.BankAccount) { s.named(a, party.NameNotPossible) }, true, party.ByReason, ""},
		{"no match, with a reason and a letter", func(s *scene, a id.BankAccount) {
			s.named(a, party.NameNoMatch)
			s.give(s.Maker, &book.RecordBankLetter{Account: a, Letter: load32("letter")})
		}, true, 0, "name_refused"},
		{"a letter", func(s *scene, a id.BankAccount) {
			s.give(s.Maker, &book.RecordBankLetter{Account: a, Letter: load32("letter")})
		}, false, party.ByLetter, ""},
		{"an own letter", func(s *scene, a id.BankAccount) {
			s.give(s.Checker, &book.RecordBankLetter{Account: a, Letter: load32("letter")})
		}, false, 0, "second_person"},
		{"close and a micro-deposit", func(s *scene, a id.BankAccount) {
			s.named(a, party.NameClose)
			s.give(s.Maker, &book.OrderMicroDeposit{Account: a, Expected: party.Token{7}, Secret: load32("secret"), Until: s.Today})
			s.give(s.SellerActors[0], &book.AnswerMicroDeposit{Account: a, Answer: party.Token{8}})
			s.give(s.SellerActors[0], &book.AnswerMicroDeposit{Account: a, Answer: party.Token{7}})
		}, false, party.ByDeposit, ""},
		{"a micro-deposit answered wrongly three times", func(s *scene, a id.BankAccount) {
			s.give(s.Maker, &book.OrderMicroDeposit{Account: a, Expected: party.Token{7}, Secret: load32("secret"), Until: s.Today})
			for range 3 {
				s.give(s.SellerActors[0], &book.AnswerMicroDeposit{Account: a, Answer: party.Token{8}})
			}
			if _, err := s.submit(s.SellerActors[0], "", &book.AnswerMicroDeposit{Account: a, Answer: party.Token{7}}); refusalOf(err) != "deposit_state" {
				s.t.Error(err)
			}
		}, false, 0, "payee_unchecked"},
		{"a micro-deposit too late", func(s *scene, a id.BankAccount) {
			s.give(s.Maker, &book.OrderMicroDeposit{Account: a, Expected: party.Token{7}, Secret: load32("secret"), Until: s.Today})
			s.wait(1)
			if _, err := s.submit(s.SellerActors[0], "", &book.AnswerMicroDeposit{Account: a, Answer: party.Token{7}}); refusalOf(err) != "deposit_state" {
				s.t.Error(err)
			}
		}, false, 0, "payee_unchecked"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			s.checking()
			a := s.foreign()
			test.checks(s, a)
			c := &book.VerifyBankAccount{Account: a}
			if test.reason {
				c.Reason = load32("why")
			}
			_, err := s.submit(s.Checker, "", c)
			if refusalOf(err) != test.code || s.held(a).Ground != test.ground {
				t.Errorf("%v, ground %q", err, s.held(a).Ground)
			}
			s.sound()
		})
	}
}

// foreign is the first account of a seller in another currency: no change.
func (s *scene) foreign() id.BankAccount {
	s.t.Helper()
	s.give(s.SellerActors[0], &book.ProposeBankAccount{Party: s.Sellers[0], Currency: 840, Token: party.Token(load.Token("dollars")), Details: load32("dollars")})
	return latest[id.BankAccount](s, "bank_account")
}

func refusalOf(err error) string {
	if rejection, ok := err.(*book.Rejection); ok {
		return rejection.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// A change of bank details withholds what is under way, waits, is confirmed at the old contact, and takes four people.
func TestAChangeOfBankDetails(t *testing.T) {
	s := newScene(t)
	p := s.checking()
	old := s.grounded()
	s.contacted(0)
	third, fourth := s.colleague(), s.colleague()
	accepted := s.acceptedTo(p, old)
	instructed := s.disbursed(p, old)
	fresh := s.account(0, "new")
	if flags := s.paid(instructed).Flags; flags != payment.DetailsChange {
		t.Error(flags.Names())
	}
	s.give(s.Maker, &book.Disburse{Financing: accepted})
	late := s.payment()
	if one := s.paid(late); one.Flags != payment.DetailsChange || one.State != payment.Instructed {
		t.Error(one)
	}
	refused := func(code string, actor id.Actor, c book.Command) {
		t.Helper()
		if _, err := s.submit(actor, "", c); refusalOf(err) != code {
			t.Errorf("%T: %v, not %s", c, err, code)
		}
	}
	refused("second_person", s.Maker, &book.ReleasePayment{Payment: instructed, Reason: load32("why")}) // who made it
	refused("reason_missing", s.Checker, &book.ReleasePayment{Payment: instructed})
	s.give(s.Checker, &book.ReleasePayment{Payment: instructed, Reason: load32("why")})
	if one := s.paid(instructed); one.Flags != 0 || one.Releaser != s.Checker {
		t.Error(one)
	}

	s.named(fresh, party.NameMatch)
	confirm := &book.ConfirmAccountChange{Account: fresh, Contact: 1, Record: load32("call")}
	refused("change_unconfirmed", s.Checker, &book.VerifyBankAccount{Account: fresh})
	s.give(third, confirm)
	refused("change_waits", s.Checker, &book.VerifyBankAccount{Account: fresh})
	s.wait(2) // 2026-09-03, two business days later
	refused("change_waits", s.Checker, &book.VerifyBankAccount{Account: fresh})
	s.wait(1)
	refused("second_person", third, &book.VerifyBankAccount{Account: fresh})
	s.give(fourth, &book.VerifyBankAccount{Account: fresh})
	if a := s.held(fresh); a.Change.Replaces != old || a.Ground != party.ByName {
		t.Error(a)
	}
	if s.paid(late).Flags == 0 {
		t.Error("a payment of before was let go by the change itself")
	}
	again := s.disbursed(p, fresh)
	if one := s.paid(again); one.Flags != 0 {
		t.Error(one)
	}

	s.give(s.SellerActors[0], &book.RevokeBankAccount{Account: old, Reason: load32("why")})
	if one := s.paid(late); one.Flags != payment.DetailsChange|payment.AccountRevoked {
		t.Error(one.Flags.Names())
	}
	refused("bank_account_state", s.Checker, &book.ReleasePayment{Payment: late, Reason: load32("why")})
	s.give(s.Maker, &book.RecordOutcome{Payment: late, State: payment.Refused})
	if f := book.Record(s.book, "financing", accepted.Number()).(funding.Financing); f.State != funding.Cancelled {
		t.Error(f.State)
	}
	// A party that had a verified account goes the same way as one that has.
	s.give(s.Maker, &book.RevokeBankAccount{Account: fresh, Reason: load32("why")})
	if third := s.account(0, "third"); s.held(third).Change.Replaces != old {
		t.Error(s.held(third))
	}
	s.sound()
}

func TestApprovalsOfAPaymentToANewPayee(t *testing.T) {
	s := newScene(t)
	p := s.checking(func(c *book.ProposeProgramme) { c.PayeeNewDays, c.LenderInstructs = 10, true })
	a := s.grounded()
	third := s.colleague()
	pay := s.disbursed(p, a)
	if one := s.paid(pay); one.Needed != 2 || one.State != payment.AwaitingApproval || one.Lender != s.Funder {
		t.Fatal(one)
	}
	other, otherActor := s.funder()
	if other == s.Funder {
		t.Fatal(other)
	}
	approve := &book.ApprovePayment{Payment: pay, Decision: book.Approve}
	for _, step := range []struct {
		actor id.Actor
		code  string
		state payment.State
		given int
	}{
		{s.Maker, "second_person", payment.AwaitingApproval, 0},
		{otherActor, "other_party", payment.AwaitingApproval, 0},
		{s.Checker, "", payment.AwaitingApproval, 1},
		{s.Checker, "approval_repeated", payment.AwaitingApproval, 1},
		{third, "", payment.AwaitingApproval, 2}, // the lender itself has not spoken
		{s.FunderActor, "", payment.Instructed, 3},
		{third, "payment_state", payment.Instructed, 3},
	} {
		_, err := s.submit(step.actor, "", approve)
		if one := s.paid(pay); refusalOf(err) != step.code || one.State != step.state || len(one.Approvals) != step.given {
			t.Errorf("%s: %v, %+v", step.actor, err, one)
		}
	}
	if one := s.paid(pay); one.Lent != s.FunderActor || !slices.Equal(one.Approvals, []id.Actor{s.Checker, third, s.FunderActor}) {
		t.Error(one)
	}
	s.give(s.Bank, &book.RecordOutcome{Payment: pay, State: payment.Executed, Value: s.book.Date()})
	s.wait(9)
	if one := s.paid(s.disbursed(p, a)); one.Needed != 2 { // verified nine days ago
		t.Error(one)
	}
	s.wait(1)
	pay = s.disbursed(p, a)
	if one := s.paid(pay); one.Needed != 1 || one.State != payment.AwaitingApproval { // the lender's
		t.Error(one)
	}
	s.give(s.Checker, &book.ApprovePayment{Payment: pay, Decision: book.Decline})
	if one := s.paid(pay); one.State != payment.Refused {
		t.Error(one)
	}
	accepted := s.acceptedTo(p, a)
	s.give(s.FunderActor, &book.Disburse{Financing: accepted})
	if one := s.paid(s.payment()); one.State != payment.Instructed || one.Lent != s.FunderActor {
		t.Error(one)
	}
	s.sound()
}

// Without the terms nothing is as it was not: an account is verified on a person's word, and a second one without waiting.
func TestProgrammesThatAskForNoChecks(t *testing.T) {
	s := newScene(t)
	l := s.live(8)
	_ = l
	a := s.account(0, "new")
	s.give(s.Checker, &book.VerifyBankAccount{Account: a})
	if one := s.paid(s.payment()); one.Flags != 0 || one.Needed != 0 || s.held(a).State != party.AccountVerified {
		t.Error(one)
	}
	// A programme that checks comes later: what it finds it does not pay.
	p := s.checking()
	s.named(a, party.NameMatch)
	if _, err := s.submit(s.Checker, "", &book.VerifyBankAccount{Account: a}); refusalOf(err) != "change_unconfirmed" {
		t.Error(err)
	}
	s.live(5)
	if _, err := s.submit(s.SellerActors[0], "", &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: a}); refusalOf(err) != "payee_unchecked" {
		t.Error(err)
	}
	s.sound()
}
