package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/money"
)

// A tariff, the bill of a month, its payment and the closing of the books: each is proposed by one person and decided by another, where two are wanted.
func TestAMonthIsEndedAtTheConsole(t *testing.T) {
	s := newStage(t)
	s.play()
	maker, checker, funder, seller := s.at(s.maker), s.at(s.checker), s.at(s.funderActor), s.at(s.actors["rottmuehl"])
	says(t, maker.page("/period-end", 200), "No period is closed yet", "Bill a month", "Propose a tariff")
	for _, form := range []string{"/periods/new", "/billings/new", "/tariffs/new"} {
		funder.page(form, http.StatusForbidden)
		checkMarkup(t, form, maker.page(form, 200))
	}
	first := s.today.AddDays(1 - s.today.Day())
	terms := []string{"service", "financing", "payer", "funder", "party", s.funder.String(), "basis", "piece", "currency", "EUR", "price-1", "90.00", "from-2", "100", "price-2", "80.00", "tax", "VAT", "tax-rate", "19", "from", first.String()}
	wrong := append(append([]string(nil), terms...), "price-1", "x", "service", "", "from-2", "many")
	says(t, maker.page(filled("/tariffs/new", wrong...), 422), "Choose one", "Write the amount in EUR", "Write a whole number")
	shown := maker.open(filled("/tariffs/new", terms...)).given(nil)
	says(t, shown, "90.00 EUR a piece", "80.00 EUR a piece from 100 on", "Landesförderbank Mitte")
	tariff := "/tariffs/" + id.Make[id.Tariff](1, 1).String() + "/decision"
	if strings.Contains(shown, tariff) {
		t.Error("who has proposed a tariff is asked to decide")
	}
	maker.open(filled(tariff, "decision", "approve")).refused(http.StatusForbidden, "second_person", nil)
	says(t, checker.page("/period-end", 200), "Decide")
	checker.open(filled(tariff, "decision", "approve")).given(nil)

	if _, page := maker.open(filled("/billings/new", "month", first.String())).send(nil); !strings.Contains(text(page), "when it is over") {
		t.Errorf("a month that runs is billed: %s", text(page))
	}
	s.give(s.maker, &book.OpenDay{Date: first.AddMonths(1)})
	says(t, maker.open(filled("/billings/new", "month", first.String())).given(nil), "Months that are billed", "all billed")
	bill := "/bills/" + id.Make[id.Bill](1, 1).String()
	says(t, maker.page(bill, 200), "Pay it out of money that came in")
	funder.page(bill+"/payment", http.StatusForbidden)
	paid := s.receive("Bill 1", 1_000_00)
	checkMarkup(t, "the form", maker.page(bill+"/payment", 200))
	if response, _ := maker.open(filled(bill+"/payment", "receipt", paid, "amount", "999999.00")).send(nil); response.StatusCode < 400 {
		t.Error("more is paid than is billed")
	}
	says(t, maker.open(filled(bill+"/payment", "receipt", paid, "amount", "10.00")).given(nil), "Paid by", "10.00")

	today := first.AddMonths(1)
	maker.open(filled("/periods/new", "until", today.String())).refused(http.StatusUnprocessableEntity, "period_open", nil)
	waits := maker.open(filled("/periods/new", "until", today.AddDays(-1).String())).given(nil)
	checkMarkup(t, "the page", waits)
	says(t, waits, today.AddDays(-1).String(), "Waiting")
	closing := regexp.MustCompile(`/periods/per_[^"/]+/decision`)
	if closing.MatchString(waits) {
		t.Error("who has proposed it is asked to close the books")
	}
	where := closing.FindString(checker.page("/period-end", 200))
	if where == "" {
		t.Fatal("nobody is asked to close the books")
	}
	maker.open(filled(where, "decision", "approve")).refused(http.StatusForbidden, "second_person", nil)
	says(t, checker.open(filled(where, "decision", "approve")).given(nil), "Closed")
	says(t, seller.page("/period-end", 200), today.AddDays(-1).String())
}

// A funder has its expected losses assessed by estimates that two of its persons stand for.
func TestLossesAreAssessedAtTheConsole(t *testing.T) {
	s := newStage(t)
	s.play()
	funder, maker := s.at(s.funderActor), s.at(s.maker)
	s.at(s.bank).page("/assessments/new", http.StatusForbidden)
	funder.open("/assessments/new").refused(http.StatusConflict, "estimates_missing", nil)
	s.give(s.funderActor, &book.ProposeEstimates{Entity: s.funder, From: s.today, Estimates: impairment.Estimates{
		Policy: impairment.Presumed, Weights: []money.Rate{1_000_000}, Months: []uint16{12}, Defaults: []impairment.Likelihood{{Grade: 1, Cumulative: []money.Rate{20_000}}},
		Losses: []impairment.Severity{{Rates: []money.Rate{450_000}}}, Conversion: 500_000, OverdueDays: 30, RecoveryDays: 365, Ungraded: 1,
		Matrix: impairment.Matrix{Weights: []money.Rate{1_000_000}, Buckets: []impairment.Bucket{{Rates: []money.Rate{5_000}}}},
	}})
	where := "/estimates/" + id.Make[id.Estimates](1, 1).String() + "/decision"
	if strings.Contains(funder.page("/period-end", 200), where) {
		t.Error("who has proposed estimates is asked to decide")
	}
	s.at(s.actors["rottmuehl"]).page(where, http.StatusNotFound)
	says(t, maker.page("/period-end", 200), "Estimates by which they are assessed")
	maker.open(filled(where, "decision", "approve")).given(nil)
	says(t, funder.open("/assessments/new").given(nil), "Assessments, newest first", "assessed")
	says(t, maker.page(filled("/assessments/new", "entity", ""), 422), "Write a party’s id or name")
}
