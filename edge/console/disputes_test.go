package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
)

// at is a browser in which somebody has signed in.
func (s *stage) at(who id.Actor) *browser {
	s.t.Helper()
	return &browser{t: s.t, handler: s.handler, secret: s.key(who)}
}

// A buyer disputes on an invoice's page, its seller accepts a part there, the operator decides on the rest, and a second person closes it.
func TestADisputeFromTheInvoicePage(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	where := "/receivables/" + s.receivable("12-bearings")
	buyer, seller, maker, checker := s.at(s.actors["havelmark"]), s.at(s.actors["traunfels"]), s.at(s.maker), s.at(s.checker)
	says(t, buyer.page(where, 200), "Dispute it")
	seller.page(where+"/dispute", http.StatusForbidden)
	maker.page(where+"/dispute", http.StatusForbidden)
	checkMarkup(t, "the form", buyer.page(where+"/dispute", 200))
	says(t, buyer.page(filled(where+"/dispute", "amount", "0", "note", "x"), 422), "The amount is above zero", "Choose one")
	if _, page := buyer.open(filled(where+"/dispute", "amount", "99999999", "reason", "quality", "note", "Cracked")).send(nil); !strings.Contains(text(page), "at most what is neither credited nor disputed") {
		t.Errorf("more than is owed is disputed: %s", text(page))
	}
	shown := buyer.open(filled(where+"/dispute", "amount", "500.00", "reason", "quality", "note", "Five bearings are cracked")).given(nil)
	says(t, shown, "Five bearings are cracked", "Withdraw it", "Opened")
	found := regexp.MustCompile(`/disputes/(dsp_[^"/]+)/withdrawal`).FindStringSubmatch(shown)
	if found == nil {
		t.Fatal("the dispute offers no withdrawal")
	}
	dispute := "/disputes/" + found[1]
	says(t, seller.page(where, 200), "Answer it")
	s.at(s.actors["morawin"]).page(dispute+"/answer", http.StatusNotFound)
	buyer.page(dispute+"/answer", http.StatusForbidden)
	if _, page := maker.open(filled(dispute+"/decision", "credit", "10", "note", "Photographs")).send(nil); !strings.Contains(text(page), "waits for the seller") {
		t.Errorf("it is decided before the seller has answered: %s", text(page))
	}
	says(t, seller.page(dispute+"/answer", 200), "500.00 accepts all of it", "Five bearings are cracked")
	says(t, seller.open(filled(dispute+"/answer", "accepted", "200", "note", "Two of them, yes")).given(nil), "The seller: Two of them, yes", "Contested", "300.00")
	maker.open(filled(dispute+"/decision", "credit", "100.00", "note", "Photographs of one more")).given(nil)
	if _, page := maker.open(dispute + "/closing").send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("who has decided closes it: %s", text(page))
	}
	says(t, checker.page(where, 200), "Close it")
	says(t, checker.page(dispute+"/closing", 200), "To be credited 100.00", "Photographs of one more")
	says(t, checker.open(dispute+"/closing").given(nil), "Settled", "300.00")
	if now := s.record(s.receivables["12-bearings"].Receivable.ID); now.Credited != 300_00 || now.Disputed != 0 {
		t.Errorf("%d credited, %d disputed", now.Credited, now.Disputed)
	}
	buyer.page(dispute+"/closing", http.StatusForbidden)
}

// A financing is extended from its page by three: a funder proposes, the operator approves, the seller accepts. Nobody does two of it.
func TestAFinancingIsExtendedFromItsPage(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	s.lead("02-bearings", "traunfels", paidOut)
	funder, seller, maker := s.at(s.funderActor), s.at(s.actors["traunfels"]), s.at(s.maker)
	page := funder.page("/financings", 200)
	where := regexp.MustCompile(`/financings/(fin_[^"/?]+)`).FindString(page)
	says(t, funder.page(where, 200), "Extend it", "Set the allowance", "Declare default")
	if strings.Contains(text(seller.page(where, 200)), "Set the allowance") {
		t.Error("a seller is offered what is the lender's")
	}
	seller.page(where+"/extension", http.StatusForbidden)
	s.at(s.bank).page("/measures/msr_1-1-Z/decision", http.StatusForbidden)
	says(t, funder.page("/measures", 200), "Nobody has proposed a measure yet")
	checkMarkup(t, "the form", funder.page(where+"/extension", 200))
	if _, page := funder.open(filled(where+"/extension", "due", s.today.AddDays(1).String(), "note", "They ask for time")).send(nil); !strings.Contains(text(page), "later than") {
		t.Errorf("it is extended to an earlier day: %s", text(page))
	}
	found := regexp.MustCompile(`Due (\d{4}-\d\d-\d\d)`).FindStringSubmatch(text(funder.page(where+"/extension", 200)))
	if found == nil {
		t.Fatal("the form does not say when it is due")
	}
	due := found[1]
	later := "2027-02-2" + due[len(due)-1:]
	says(t, funder.open(filled(where+"/extension", "due", later, "note", "They ask for time")).given(nil), "Measures", "Extension", "Waiting", "They ask for time")
	list := funder.page("/measures", 200)
	checkMarkup(t, "the list", list)
	decision := regexp.MustCompile(`/measures/msr_[^"/]+/decision`)
	if decision.MatchString(list) {
		t.Error("who has proposed it is asked to decide")
	}
	where2 := decision.FindString(maker.page("/measures?state=waiting", 200))
	if where2 == "" {
		t.Fatal("the operator is not asked")
	}
	if _, page := funder.open(filled(where2, "decision", "approve")).send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("one person does both: %s", text(page))
	}
	says(t, maker.page(filled(where2, "decision", ""), 422), "Choose one")
	maker.open(filled(where2, "decision", "approve")).given(nil)
	says(t, seller.page("/measures", 200), "Offered", "Decide")
	seller.open(filled(where2, "decision", "approve")).given(nil)
	says(t, funder.page(where, 200), "Due "+later, "at first "+due)
	if m := book.MeasureDone.String(); !strings.Contains(text(funder.page("/measures?state="+m, 200)), "Extension") {
		t.Error("it is not listed as done")
	}
}
