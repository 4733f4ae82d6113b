package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/onboarding"
	"millrace/domain/party"
)

// A seller lets a funder rely on its file, and withdraws that; nobody else does it for the seller.
func TestAConsentIsGivenAndWithdrawn(t *testing.T) {
	s := newStage(t)
	s.open()
	file := event[*book.FileOpened](s, s.give(s.maker, &book.OpenOnboardingFile{Party: s.parties["rottmuehl"], Form: onboarding.Company, Risk: onboarding.LowRisk})).File.ID
	where := "/onboarding/" + file.String()
	seller, maker := s.at(s.actors["rottmuehl"]), s.at(s.maker)
	says(t, seller.page(where, 200), "Let funders rely on it")
	if strings.Contains(text(maker.page(where, 200)), "Let funders rely on it") {
		t.Error("the operator is offered a party's consent")
	}
	maker.page("/consents/new", http.StatusForbidden)
	checkMarkup(t, "the form", seller.page("/consents/new", 200))
	until := s.today.AddDays(90).String()
	says(t, seller.page(filled("/consents/new", "programme", "none", "funder", "", "until", until), 422), "Name a programme, or a funder, or both")
	seller.open(filled("/consents/new", "programme", "none", "funder", s.funder.String(), "until", s.today.AddDays(-1).String())).refused(http.StatusUnprocessableEntity, "consent_invalid", nil)
	shown := seller.open(filled("/consents/new", "programme", "none", "funder", s.funder.String(), "until", until)).given(nil)
	says(t, shown, "until "+until, "Withdraw it")
	withdrawal := regexp.MustCompile(`/consents/cns_[^"/]+/withdrawal`).FindString(shown)
	if withdrawal == "" {
		t.Fatal("the consent can't be withdrawn")
	}
	if strings.Contains(maker.page(where, 200), withdrawal) {
		t.Error("the operator is offered to withdraw it")
	}
	s.at(s.actors["traunfels"]).page(withdrawal, http.StatusNotFound)
	says(t, seller.open(withdrawal).given(nil), "withdrawn "+s.today.String())
	seller.page(withdrawal, http.StatusNotFound)
}

// A version of a list is imported at the desk of compliance; a file that is none is refused with the reason.
func TestAListOfNamesIsImported(t *testing.T) {
	s := newStage(t)
	s.open()
	compliance := s.at(s.person(s.operator, party.Compliance, "Compliance"))
	s.at(s.actors["rottmuehl"]).page("/screening-lists/new", http.StatusForbidden)
	s.at(s.funderActor).page("/screening-lists/new", http.StatusForbidden)
	says(t, compliance.page("/screening", 200), "Import a list")
	checkMarkup(t, "the form", compliance.page("/screening-lists/new", 200))
	fields := map[string]string{"name": "", "kind": "sanctions", "published": "soon", "threshold": "5000"}
	files := map[string][]byte{"list.csv": []byte("key,names\nK-1,Ivan Example\n"), "none.csv": []byte("a photograph")}
	status, page := compliance.sendFiles("/screening-lists/new", fields, "file", files, nil)
	if status != 422 {
		t.Errorf("%d", status)
	}
	says(t, page, "Say it in 1 to 64 characters", "Write a date like", "Write a whole number from 1 to 1000", "Choose the file")
	fields = map[string]string{"name": "house", "kind": "sanctions", "published": s.today.String(), "threshold": ""}
	if status, page = compliance.sendFiles("/screening-lists/new", fields, "file", files, []string{"none.csv"}); status != 422 || !strings.Contains(text(page), "list in a form that is read") {
		t.Errorf("%d: %s", status, text(page))
	}
	status, to := compliance.sendFiles("/screening-lists/new", fields, "file", files, []string{"list.csv"})
	if status != http.StatusSeeOther || !strings.HasPrefix(to, "/screening?done=") {
		t.Fatalf("%d: %s", status, text(to))
	}
	says(t, compliance.page(to, 200), "house, version 1: sanctions, 1 entries")
}
