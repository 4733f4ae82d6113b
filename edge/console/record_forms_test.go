package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"millrace/domain/party"
	"millrace/edge/view"
)

// What the book holds against a party is asked, searched and entered by those whose business it is, from the party's page.
func TestAReviewIsAskedForAtTheConsole(t *testing.T) {
	s := newStage(t)
	s.open()
	maker, funder, seller := s.at(s.maker), s.at(s.funderActor), s.at(s.actors["rottmuehl"])
	of := s.parties["rottmuehl"].String()
	says(t, maker.page("/parties/"+of, 200), "Ask for a review of credit", "Suspend it")
	seller.page("/applications/new", http.StatusForbidden)
	checkMarkup(t, "the form", maker.page("/applications/new?party="+of, 200))
	terms := []string{
		"party", of, "side", "seller", "form", "company", "programme", "none", "currency", "EUR", "asked", "50000.00", "tenor", "90", "from", "2025-01-01", "until", "2025-12-31",
		"standard", "ifrs", "assurance", "audited", "line-cash", "100000.00", "line-trade_receivables", "300000.00", "line-inventory", "200000.00", "line-current_assets", "700000.00",
		"line-total_assets", "1000000.00", "line-trade_payables", "150000.00", "line-current_liabilities", "400000.00", "line-total_liabilities", "600000.00", "line-equity", "400000.00",
		"line-revenue", "1460000.00", "line-cost_of_sales", "1095000.00", "line-net_profit", "70000.00",
	}
	wrong := append(append([]string(nil), terms...), "line-cash", "-5", "asked", "0")
	says(t, maker.page(filled("/applications/new", wrong...), 422), "The amount is above zero", "0 for none")
	shown := funder.open(filled("/applications/new", terms...)).given(nil)
	says(t, shown, "Asked for 50,000.00 EUR", "Trade receivables 300,000.00", "Bring accounts and reports")
	if _, page := funder.open(filled("/applications/new", terms...)).send(nil); !strings.Contains(text(page), "is open") {
		t.Errorf("a second application on the same party is opened: %s", text(page))
	}
	where := regexp.MustCompile(`/applications/(app_[^/"]+)/grounds`).FindStringSubmatch(shown)
	if where == nil {
		t.Fatal("the application takes no grounds")
	}
	maker.page("/applications/"+where[1]+"/grounds", http.StatusNotFound)
	more := append(append([]string(nil), terms[4:]...), "bureau", "Creditreform", "dated", s.today.String(), "event", "lawsuit", "since", "2026-01-15")
	says(t, funder.open(filled("/applications/"+where[1]+"/grounds", more...)).given(nil), "Creditreform", "Lawsuit, 2026-01-15")
	seller.page("/news/new", http.StatusForbidden)
	maker.open(filled("/news/new", "party", of, "source", "daily_gazette", "date", s.today.String(), "severity", "minor", "note", "A new owner")).given(nil)
}

// A party is suspended by one person and reinstated by another.
func TestAPartyIsSuspendedAtTheConsole(t *testing.T) {
	s := newStage(t)
	s.open()
	where := "/parties/" + s.parties["rottmuehl"].String()
	compliance, maker := s.at(s.person(s.operator, party.Compliance, "Compliance")), s.at(s.maker)
	s.at(s.actors["rottmuehl"]).page(where+"/suspension", http.StatusForbidden)
	s.at(s.funderActor).page(where+"/suspension", http.StatusForbidden)
	says(t, compliance.page(filled(where+"/suspension", "note", ""), 422), "Say it in 1 to")
	says(t, compliance.open(filled(where+"/suspension", "note", "A name on a list")).given(nil), "Suspended", "Reinstate it")
	if _, page := compliance.open(filled(where+"/reinstatement", "note", "Cleared")).send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("who has suspended it reinstates it: %s", text(page))
	}
	says(t, maker.open(filled(where+"/reinstatement", "note", "Cleared: another person")).given(nil), "Onboarded")
}

// A search finds an earlier right, which another person releases; an assignment is registered by two.
func TestTheRegistryAtTheConsole(t *testing.T) {
	s := newStage(t)
	s.open()
	maker, checker, funder := s.at(s.maker), s.at(s.checker), s.at(s.funderActor)
	of := s.parties["rottmuehl"].String()
	says(t, maker.page("/registry", 200), "Record a search")
	s.at(s.actors["rottmuehl"]).page("/searches/new", http.StatusForbidden)
	checkMarkup(t, "the form", maker.page("/searches/new?party="+of, 200))
	search := []string{"registry", "ucc_test", "against", of, "date", s.today.String(), "note", "One filing found"}
	says(t, maker.page(filled("/searches/new", append(search, "number-1", "77-1")...), 422), "A finding has a number and a holder")
	page := maker.open(filled("/searches/new", append(search, "number-1", "77-1", "holder-1", "Sparbank Nord", "assigned-1", "2025-05-05")...)).given(nil)
	checkMarkup(t, "the registry", page)
	says(t, page, "Sparbank Nord", "All that is assigned", "Found")
	release := regexp.MustCompile(`/encumbrances/enc_[^"/]+/release`)
	if release.MatchString(page) {
		t.Error("who has recorded a right is asked to release it")
	}
	where := release.FindString(checker.page("/registry", 200))
	if where == "" {
		t.Fatal("nobody releases it")
	}
	funder.page(where, http.StatusForbidden)
	if _, page := maker.open(filled(where, "state", "waived", "note", "Letter")).send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("who has recorded it releases it: %s", text(page))
	}
	says(t, checker.open(filled(where, "state", "waived", "note", "Letter of 3 November")).given(nil), "Waived")

	funder.open(filled("/registrations/new", "registry", "ucc_test", "grantor", of, "secured", s.funder.String(), "expires", s.today.AddDays(700).String(), "note", "All receivables")).given(nil)
	confirm := regexp.MustCompile(`/registrations/(reg_[^"/]+)/confirmation`).FindString(checker.page("/registry", 200))
	if confirm == "" {
		t.Fatal("nobody confirms it")
	}
	if _, page := checker.open(filled(confirm, "decision", "approve", "number", "", "date", "")).send(nil); !strings.Contains(text(page), "number that its registry gave") {
		t.Errorf("it is live without a number: %s", text(page))
	}
	live := checker.open(filled(confirm, "decision", "approve", "number", "R-1", "date", s.today.String())).given(nil)
	says(t, live, "R-1", "Live", "Renew it", "Discharge it")
	checker.page(confirm, http.StatusNotFound)
	renewal := strings.Replace(confirm, "confirmation", "renewal", 1)
	if _, page := maker.open(filled(renewal, "expires", s.today.String())).send(nil); !strings.Contains(text(page), "renewal ends after") {
		t.Errorf("it is renewed to an earlier day: %s", text(page))
	}
	maker.open(filled(renewal, "expires", s.today.AddDays(900).String())).given(nil)
	checker.open(filled(confirm, "decision", "approve")).given(nil)
	maker.open(strings.Replace(confirm, "confirmation", "discharge", 1)).given(nil)
	says(t, checker.open(filled(confirm, "decision", "approve")).given(nil), "Discharged")
}

// A supervised account is put on record by two persons, and the bank's charge on it booked once.
func TestASupervisedAccountAndItsCharge(t *testing.T) {
	s := newStage(t)
	s.open()
	maker, checker := s.at(s.maker), s.at(s.checker)
	where := "/programmes/" + s.programme.String()
	s.at(s.funderActor).page(where+"/supervised-account", http.StatusForbidden)
	s.at(s.actors["havelmark"]).page(where+"/charge", http.StatusForbidden)
	says(t, maker.page(where, 200), "Put a supervised account on record", "Book a charge of the bank")
	checkMarkup(t, "the form", maker.page(where+"/supervised-account", 200))
	terms := []string{
		"account", "collection", "owner", s.custodian.String(), "protection", "trust_de", "since", s.today.String(), "number", "4711-0815", "holder", "Bankhaus Wendt, collections", "statements", "when_moved",
		"signatory-1", s.maker.String(), "signatory-2", s.checker.String(), "together", "2", "control", "The custodian obeys two of the operator's persons together.",
	}
	says(t, maker.page(filled(where+"/supervised-account", append(terms, "signatory-1", "", "signatory-2", "", "iban", "DE00")...), 422), "Name at least one", "one of the two")
	account := maker.open(filled(where+"/supervised-account", terms...)).given(nil)
	says(t, account, "Collection account", "Open trust account (Germany)", "2 together of", "On each day on which it moved")
	found := regexp.MustCompile(`sac_[^"/ <]+`).FindString(account)
	if found == "" {
		t.Fatal("the account has no id")
	}
	at := "/supervised/" + found
	if _, page := maker.open(filled(at+"/decision", "decision", "approve")).send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("one person does both: %s", text(page))
	}
	says(t, checker.page(at, 200), "Decide")
	says(t, checker.open(filled(at+"/decision", "decision", "approve")).given(nil), "live", "Close it")

	funding := s.funder.String()
	charge := filled(where+"/charge", "account", funding, "cause", "charge", "amount", "12.50", "reference", "CHG-1", "value", s.today.String(), "booking", s.today.String(), "text", "Account keeping")
	before := s.funds()
	maker.open(charge).given(nil)
	if after := s.funds(); before-after != 12_50 {
		t.Errorf("the charge has taken %d", before-after)
	}
	maker.open(charge).given(nil) // the same line of the statement again changes nothing
	if after := s.funds(); before-after != 12_50 {
		t.Errorf("the same line twice has taken %d", before-after)
	}
	says(t, maker.page(filled(where+"/charge", "account", "", "amount", "x", "reference", ""), 422), "Choose one", "Write the amount in EUR", "Fill this in")
}

// funds is what the funder has in its account, in minor units.
func (s *stage) funds() int64 {
	s.t.Helper()
	caller, err := s.access.As(s.t.Context(), s.maker)
	if err != nil {
		s.t.Fatal(err)
	}
	v, err := view.New(s.engine).Now(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	page, err := v.Accounts(caller, view.Query{Limit: view.LimitMax})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, a := range page.Items {
		if a.Code == "funding" && a.Entity.ID == s.custodian.String() && a.Counterparty != nil && a.Counterparty.ID == s.funder.String() {
			return a.Balance.Minor
		}
	}
	s.t.Fatal("the funder has no account")
	return 0
}
