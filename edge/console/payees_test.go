package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// worldOn is a stage on the world of the load tools, with so many sellers, over an engine of its own.
func worldOn(t *testing.T, options engine.Options, sellers int) (*stage, *load.World, load.Submit) {
	t.Helper()
	e, err := engine.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	submit := load.SubmitTo(context.Background(), e)
	w, err := load.NewWorld(submit, sellers)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, engine: e, intake: intake.New(e.Vault()), access: access.New(e), maker: w.Maker, checker: w.Checker}
	s.handler = console.New(console.Options{Engine: e, Reader: view.New(e), Access: s.access, Intake: s.intake})
	return s, w, submit
}

// worldly is a node with a world of so many sellers in it.
func worldly(t *testing.T, sellers int) (*stage, *load.World) {
	t.Helper()
	s, w, _ := worldOn(t, load.Options(""), sellers)
	return s, w
}

// waitingPayment is a node on which a payment waits for a second person.
func waitingPayment(t *testing.T) (*stage, *load.World) {
	t.Helper()
	s, w := worldly(t, 1)
	life := w.NewLife(1)
	life.Amount = 150_000_00
	for i := range 8 { // until it is to be paid out
		step := life.Step(i)
		life.Answered(s.give(step.Actor, step.Command))
	}
	return s, w
}

// A payment waits for another person; it is withheld when its payee's bank details are to change, and released with a reason.
func TestPaymentsForAPerson(t *testing.T) {
	s, w := waitingPayment(t)
	// Another programme checks payees from now on.
	checks := event[*book.ProgrammeProposed](s, s.give(w.Maker, &book.ProposeProgramme{
		Product: id.Make[id.Product](1, 1), Anchor: w.Anchor, Custodian: w.Custodian, Currency: w.Currency, Calendar: calendar.Target,
		Funders: []funding.Funder{{Party: w.Funder, Priority: 1, Rate: 48_000}}, PayeeChecked: true,
	})).Programme
	s.give(w.Checker, &book.ApproveProgramme{Programme: checks.ID})
	s.give(w.Maker, &book.RecordContact{Party: w.Sellers[0], Channel: party.Phone, Details: [32]byte{1}})
	proposed := event[*book.BankAccountProposed](s, s.give(w.SellerActors[0], &book.ProposeBankAccount{
		Party: w.Sellers[0], Currency: w.Currency, Token: party.Token(load.Token("another")), Details: [32]byte{2},
	})).Account.ID.String()

	maker := &browser{t: t, handler: s.handler, secret: s.key(w.Maker)}
	checker := &browser{t: t, handler: s.handler, secret: s.key(w.Checker)}
	seller := &browser{t: t, handler: s.handler, secret: s.key(w.SellerActors[0])}
	page := checker.page("/payments", http.StatusOK)
	checkMarkup(t, "payments", page)
	for _, want := range []string{"Waiting for a person", "0 of 1", "Withheld: other bank details of the payee were proposed", "no check", "Approve", "Decline", "Release"} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the payments do not say %q: %s", want, text(page))
		}
	}
	if own := text(maker.page("/payments", http.StatusOK)); strings.Contains(own, "Decline") {
		t.Errorf("who made it may decide: %s", own)
	}
	where := "/payments/pay_1-1-C"
	checkMarkup(t, "a payment", checker.page(where, http.StatusOK))
	checker.open(where + "/approval?terms=1&decision=approve").given(nil)
	checker.open(where + "/release?terms=1&reason=asked").given(nil)
	if page := text(checker.page(where, http.StatusOK)); !strings.Contains(page, "1 of 1") || !strings.Contains(page, "asked") || strings.Contains(page, "Withheld") {
		t.Errorf("approved and released: %s", page)
	}
	seller.page(where+"/approval?terms=1&decision=approve", http.StatusForbidden)

	parties := "/parties/" + w.Sellers[0].String()
	page = checker.page(parties, http.StatusOK)
	checkMarkup(t, "a party", page)
	for _, want := range []string{"no check", "not confirmed, from 2026-09-04", "Confirm the change", "Take out of use", "Contacts"} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the party does not say %q: %s", want, text(page))
		}
	}
	checker.open("/bank-accounts/"+proposed+"/verification?terms=1&reason=").refused(http.StatusConflict, "payee_unchecked", nil)
	checker.open(parties + "/contact?terms=1&channel=post&details=Ms+Example,+1+Long+Road").given(nil)
	checker.open("/bank-accounts/" + proposed + "/letter?terms=1&record=letter+of+the+bank").given(nil)
	checker.open("/bank-accounts/" + proposed + "/micro-deposit?terms=1&until=2026-09-10").given(nil)
	checkMarkup(t, "the answer", seller.page("/bank-accounts/"+proposed+"/micro-deposit-answer", http.StatusOK))
	seller.open("/bank-accounts/" + proposed + "/micro-deposit-answer?terms=1&amount=0.01&code=WRONG").given(nil)
	if page := text(checker.page(parties, http.StatusOK)); !strings.Contains(page, "Ms Example") {
		t.Errorf("the contact is not shown: %s", page)
	}
	seller.open("/bank-accounts/" + proposed + "/revocation?terms=1&reason=mistyped").given(nil)
	if page := text(seller.page(parties, http.StatusOK)); !strings.Contains(page, "Revoked") && !strings.Contains(page, "revoked") {
		t.Errorf("not revoked: %s", page)
	}
}
