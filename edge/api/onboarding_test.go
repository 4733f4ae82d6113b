package api_test

import (
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/screening"
)

func init() {
	for path, roles := range map[string]string{
		"/v1/onboarding-files": "operator, compliance", "/v1/onboarding-files/{id}/documents": "operator, compliance, seller, buyer, funder", "/v1/onboarding-files/{id}/checks": "operator, compliance",
		"/v1/onboarding-files/{id}/links": "operator, compliance", "/v1/onboarding-files/{id}/link-ends": "operator, compliance", "/v1/onboarding-files/{id}/review": "operator, compliance",
		"/v1/onboarding-files/{id}/readings": "funder", "/v1/checklists": "operator, compliance", "/v1/checklists/{id}/approval": "operator, compliance",
		"/v1/parties/{id}/suspension": "operator, compliance", "/v1/parties/{id}/reinstatement": "operator, compliance", "/v1/consents": "seller, buyer", "/v1/consents/{id}/withdrawal": "seller, buyer",
		"/v1/screening-lists": "operator, compliance", "/v1/screening-alerts/{id}/decision": "operator, compliance",
		"/v1/cases": "compliance", "/v1/cases/{id}/facts": "compliance", "/v1/cases/{id}/decision": "compliance",
	} {
		commandsOf[path] = roles
	}
	bodies["/v1/onboarding-files/{id}/documents"] = `{"kind":"articles","content":"eA=="}`
}

// known puts a file, a checklist, a consent, an alert and a case about the second seller on record, and gives their ids by path.
func (s *site) known() (records map[string]string, officer id.Actor) {
	s.t.Helper()
	w := s.world
	seller := w.Sellers[1]
	officer = s.newActor(w.Operator, party.Compliance)
	s.give(w.Maker, &book.OpenOnboardingFile{Party: seller, Form: onboarding.Company, Risk: onboarding.LowRisk})
	d := onboarding.Default()
	s.give(w.Maker, &book.ProposeChecklist{Requirements: d.Requirements, OwnerShare: d.OwnerShare, SharesKnown: d.SharesKnown, ReviewMonths: d.ReviewMonths})
	s.give(w.SellerActors[1], &book.GiveConsent{Programme: w.Payables, Until: w.Today.AddDays(100)})
	s.give(w.FunderActor, &book.ReadFile{File: id.Make[id.OnboardingFile](1, 1)})
	s.give(w.Maker, &book.RecordScreeningList{Name: "un", List: screening.Sanctions, Hash: [32]byte{1}, Stored: party.Reference{1}, Published: w.Today, Entries: 1})
	list := id.Make[id.ScreeningList](1, 1)
	s.give(w.Maker, &book.RecordScreening{Lists: []id.ScreeningList{list}, From: 1, Through: seller.Number(), Hits: []screening.Hit{{Party: seller, List: list, Listed: [16]byte{1}, Score: 900}}})
	s.give(officer, &book.OpenCase{Party: seller, Fact: party.Reference{1}, Due: w.Today.AddDays(calendarDays)})
	return map[string]string{
		"/v1/onboarding-files": id.Make[id.OnboardingFile](1, 1).String(), "/v1/checklists": id.Make[id.Checklist](1, 1).String(), "/v1/consents": id.Make[id.Consent](1, 1).String(),
		"/v1/screening-alerts": id.Make[id.ScreeningAlert](1, 1).String(), "/v1/screening-lists": list.String(), "/v1/file-readings": id.Make[id.FileReading](1, 1).String(),
		"/v1/cases": id.Make[id.Case](1, 1).String(),
	}, officer
}

const calendarDays = 300

func TestNobodyButComplianceKnowsOfACase(t *testing.T) {
	s := newSite(t)
	s.life(1, 10)
	cast := s.cast()
	records, officer := s.known()
	of := records["/v1/cases"]
	if shown := s.get(officer, "/v1/cases/"+of).want(200); shown.text("state") != "open" {
		t.Errorf("%s", shown.bytes)
	}
	if shown := s.get(officer, "/v1/cases").want(200); !strings.Contains(string(shown.bytes), of) {
		t.Errorf("%s", shown.bytes)
	}
	delete(cast, "compliance")
	for name, actor := range cast {
		// What there is, and what there is not, is answered alike.
		there, not := s.get(actor, "/v1/cases/"+of), s.get(actor, "/v1/cases/"+id.Make[id.Case](1, 999).String())
		if there.status < 400 || there.status != not.status || there.text("code") != not.text("code") || there.text("detail") != not.text("detail") {
			t.Errorf("%s: %s, and %s", name, there.bytes, not.bytes)
		}
		if list := s.get(actor, "/v1/cases"); list.status < 400 {
			t.Errorf("%s: %s", name, list.bytes)
		}
		for _, path := range []string{"/v1/parties/" + s.world.Sellers[1].String(), "/v1/overview", "/v1/entries?limit=500", "/v1/onboarding-files", "/v1/screening-alerts"} {
			if answer := s.get(actor, path); strings.Contains(string(answer.bytes), "sar_") || strings.Contains(string(answer.bytes), "case_opened") || strings.Contains(string(answer.bytes), "open_case") {
				t.Errorf("%s: %s: %s", name, path, answer.bytes)
			}
		}
	}
	if entries := s.get(officer, "/v1/entries?limit=500"); !strings.Contains(string(entries.bytes), "open_case") {
		t.Errorf("compliance does not see it in the journal: %d", entries.status)
	}
}

func TestAFunderSeesThatAFileExistsAndReadsItByConsent(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.life(1, 10)
	records, _ := s.known()
	of := records["/v1/onboarding-files"]
	if shown := s.get(w.FunderActor, "/v1/onboarding-files/"+of).want(200); shown.json("cut") != true || strings.Contains(string(shown.bytes), "gaps") {
		t.Errorf("%s", shown.bytes)
	}
	read := s.post(w.FunderActor, "/v1/onboarding-files/"+of+"/readings", "").want(201)
	if read.text("record", "read", "form") != "company" {
		t.Errorf("%s", read.bytes)
	}
	if seen := s.get(w.SellerActors[1], "/v1/file-readings").want(200); !strings.Contains(string(seen.bytes), read.text("record", "id")) {
		t.Errorf("%s", seen.bytes)
	}
	if other := s.get(w.SellerActors[0], "/v1/onboarding-files/"+of); other.status != 404 {
		t.Errorf("%s", other.bytes)
	}
	s.post(w.SellerActors[1], "/v1/consents/"+records["/v1/consents"]+"/withdrawal", "").want(200)
	s.post(w.FunderActor, "/v1/onboarding-files/"+of+"/readings", "").want(403)
}
