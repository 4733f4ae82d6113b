package console_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/intake"
)

// accountFor gives a party a verified account.
func (s *stage) accountFor(of id.Party, iban, holder string) id.BankAccount {
	s.t.Helper()
	details, err := json.Marshal(intake.BankDetails{IBAN: iban, Holder: holder})
	if err != nil {
		s.t.Fatal(err)
	}
	account := event[*book.BankAccountProposed](s, s.give(s.maker, &book.ProposeBankAccount{
		Party: of, Currency: s.currency, Token: s.intake.AccountToken(intake.BankDetails{IBAN: iban}), Details: s.keep(intake.KindAccount, string(details)),
	})).Account.ID
	s.give(s.checker, &book.VerifyBankAccount{Account: account})
	return account
}

// receive books money into the collection account.
func (s *stage) receive(reference string, amount money.Minor) string {
	s.t.Helper()
	return event[*book.ReceiptRecorded](s, s.give(s.bank, &book.RecordReceipt{
		Programme: s.programme, Line: s.intake.LineToken("collection", reference), Amount: amount, Currency: s.currency, Value: s.today, Booking: s.today,
		Text: s.keep(intake.KindRemit, reference),
	})).Receipt.ID.String()
}

// A funder has funding paid back to it from the programme's page; only what is free, only to its own account.
func TestFundingIsPaidBackAtTheConsole(t *testing.T) {
	s := newStage(t)
	s.open()
	where := "/programmes/" + s.programme.String()
	funder, maker := s.at(s.funderActor), s.at(s.maker)
	says(t, funder.page(where, 200), "Pay funding back")
	if strings.Contains(text(s.at(s.actors["havelmark"]).page(where, 200)), "Pay funding back") {
		t.Error("a buyer that has provided nothing is offered it")
	}
	s.at(s.actors["rottmuehl"]).page(where+"/withdrawal", http.StatusForbidden)
	says(t, funder.page(where+"/withdrawal", 200), "It has no verified bank account in EUR")
	account := s.accountFor(s.funder, "DE89370400440532013000", "Landesförderbank Mitte").String()
	form := funder.page(where+"/withdrawal", 200)
	checkMarkup(t, "the form", form)
	says(t, form, "Free in the account of Landesförderbank Mitte", "1,500,000.00", "Landesförderbank Mitte")
	funder.open(filled(where+"/withdrawal", "amount", "1600000", "account", account)).refused(http.StatusConflict, "funds_insufficient", nil)
	says(t, funder.open(filled(where+"/withdrawal", "amount", "1000.00", "account", account)).given(nil), "1,000.00", "Landesförderbank Mitte")
	says(t, maker.page(filled(where+"/withdrawal", "funder", s.parties["havelmark"].String(), "amount", "1"), 422), "It has no verified bank account in EUR")
	payee := maker.open(filled(where+"/withdrawal", "funder", s.funder.String(), "amount", "5.00")).given(nil)
	says(t, payee, "5.00 EUR")

	funder.page(where+"/fee-payment", http.StatusForbidden)
	says(t, maker.page(where, 200), "Pay fees")
	checkMarkup(t, "the form", maker.page(where+"/fee-payment", 200))
	says(t, maker.page(filled(where+"/fee-payment", "party", s.operator.String()), 422), "It has no verified bank account in EUR")
	own := s.accountFor(s.operator, "DE02120300000000202051", "Spreekanal").String()
	if response, _ := maker.open(filled(where+"/fee-payment", "party", s.operator.String(), "account", own)).send(nil); response.StatusCode != http.StatusConflict {
		t.Errorf("fees of which nothing is free are paid: %d", response.StatusCode)
	}
}

// What the bank took back after it was passed on stops the programme, until the operator has settled it and two persons have lifted the stop.
func TestAReversalIsSettledAtTheConsole(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	s.lead("01-castings", "rottmuehl", repaid)
	maker, checker, bank, funder := s.at(s.maker), s.at(s.checker), s.at(s.bank), s.at(s.funderActor)
	where := "/programmes/" + s.programme.String()
	swept := event[*book.PaymentOpened](s, s.give(s.maker, &book.Sweep{Programme: s.programme, Funder: s.funder})).Payment
	at := "/payments/" + swept.ID.String()
	if swept.State == payment.AwaitingApproval {
		s.give(s.checker, &book.ApprovePayment{Payment: swept.ID, Decision: book.Approve})
	}
	says(t, maker.page(at, 200), "Send it once more")
	funder.page(at+"/retry", http.StatusForbidden)
	says(t, maker.open(at+"/retry").given(nil), "Attempts 2")
	s.give(s.bank, &book.RecordOutcome{Payment: swept.ID, State: payment.Executed, Bank: s.intake.LineToken("bank", "sweep"), Value: s.today})
	maker.page(at+"/retry", http.StatusNotFound)

	receipt := regexp.MustCompile(`/receipts/(rct_[^"/?]+)`).FindString(maker.page("/receipts?state=allocated", 200))
	if receipt == "" {
		t.Fatal("no receipt is allocated")
	}
	says(t, bank.page(receipt, 200), "The bank took it back")
	funder.page(receipt+"/reversal", http.StatusForbidden)
	checkMarkup(t, "the form", bank.page(receipt+"/reversal", 200))
	says(t, bank.page(filled(receipt+"/reversal", "reference", ""), 422), "Write the reference of the line")
	says(t, bank.open(filled(receipt+"/reversal", "reference", "R-TRANSACTION-1")).given(nil), "Reversed")
	maker.page(receipt+"/reversal", http.StatusNotFound)

	says(t, maker.page(where, 200), "Settle a shortfall", "Lift the stop")
	funder.page(where+"/settlement", http.StatusForbidden)
	checkMarkup(t, "the form", maker.page(where+"/settlement", 200))
	maker.open(filled(where+"/lifting", "note", "All is well")).refused(http.StatusConflict, "shortfall_open", nil)
	owed := regexp.MustCompile(`([0-9,.]+) EUR is short`)
	_, page := maker.open(filled(where+"/settlement", "of", "collections", "party", s.funder.String(), "receipt", "set_off", "amount", "9999999.00")).send(nil)
	short := owed.FindStringSubmatch(text(page))
	if short == nil {
		t.Fatalf("nothing is short by the funder: %s", text(page))
	}
	maker.open(filled(where+"/settlement", "of", "fees", "party", s.funder.String(), "receipt", "set_off", "amount", "1.00")).refused(http.StatusConflict, "shortfall_none", nil)
	maker.open(filled(where+"/settlement", "of", "collections", "party", s.funder.String(), "receipt", "set_off", "amount", "1.00")).refused(http.StatusConflict, "funds_insufficient", nil)
	fresh := s.receive("made good", 1_000_000_00)
	maker.open(filled(where+"/settlement", "of", "collections", "party", s.funder.String(), "receipt", fresh, "amount", strings.ReplaceAll(short[1], ",", ""))).given(nil)
	rest, _ := maker.open(filled(where+"/lifting", "note", "Made good")).send(nil)
	if rest.StatusCode != http.StatusSeeOther {
		t.Fatalf("the stop is not lifted: %d", rest.StatusCode)
	}
	decision := regexp.MustCompile(`/measures/msr_[^"/]+/decision`).FindString(checker.page("/measures?state=waiting", 200))
	if decision == "" {
		t.Fatal("no second person is asked")
	}
	checker.open(filled(decision, "decision", "approve")).given(nil)
	if strings.Contains(text(maker.page(where, 200)), "Settle a shortfall") {
		t.Error("the programme is still stopped")
	}
}

// Money received buys a receivable back, or is what was written off; each from the financing's page.
func TestMoneyReceivedForAFinancing(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	s.lead("02-bearings", "traunfels", paidOut)
	s.lead("03-hydraulics", "morawin", paidOut)
	maker, funder, seller := s.at(s.maker), s.at(s.funderActor), s.at(s.actors["traunfels"])
	first, second := "/financings/"+id.Make[id.Financing](1, 1).String(), "/financings/"+id.Make[id.Financing](1, 2).String()
	says(t, maker.page(first, 200), "Let the seller buy it back")
	funder.page(first+"/buyback", http.StatusForbidden)
	seller.page(first+"/recovery", http.StatusForbidden)
	says(t, maker.page(first+"/buyback", 200), "No money has come into the programme")
	little, enough := s.receive("too little", 1_00), s.receive("Traunfels buys back", 900_000_00)
	checkMarkup(t, "the form", maker.page(first+"/buyback", 200))
	if response, _ := maker.open(filled(first+"/buyback", "receipt", little)).send(nil); response.StatusCode < 400 {
		t.Error("it is bought back for too little")
	}
	says(t, maker.open(filled(first+"/buyback", "receipt", enough)).given(nil), "Bought back")
	maker.open(first+"/reassignment").refused(http.StatusConflict, "financing_state", nil)
	seller.page(first+"/reassignment", http.StatusForbidden)

	reason := s.keep(intake.KindReason, "insolvent")
	for _, c := range []book.Command{
		&book.DeclareDefault{Financing: id.Make[id.Financing](1, 2), Reason: reason}, &book.WriteOff{Financing: id.Make[id.Financing](1, 2), Reason: reason},
	} {
		m := event[*book.MeasureProposed](s, s.give(s.funderActor, c)).Measure.ID
		s.give(s.maker, &book.DecideMeasure{Measure: m, Decision: book.Approve})
	}
	says(t, maker.page(second, 200), "Record a recovery")
	checkMarkup(t, "the form", maker.page(second+"/recovery", 200))
	says(t, maker.page(filled(second+"/recovery", "receipt", "none", "amount", "0"), 422), "Choose one", "The amount is above zero")
	came := s.receive("dividend", 500_00)
	says(t, maker.open(filled(second+"/recovery", "receipt", came, "amount", "500.00", "payer", "buyer")).given(nil), "Recovered, buyer", "500.00")
}
