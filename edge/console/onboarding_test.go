package console_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/screening"
	"millrace/edge/intake"
	"millrace/edge/view"
)

// An onboarding file is whole for the operator and its party; to a funder only that it exists; to others there is none.
func TestAnOnboardingFile(t *testing.T) {
	s := newStage(t)
	s.play()
	opened := s.give(s.maker, &book.OpenOnboardingFile{Party: s.parties["rottmuehl"], Form: onboarding.Company, Risk: onboarding.LowRisk})
	of := event[*book.FileOpened](s, opened).File.ID
	s.give(s.maker, &book.RecordFileDocument{File: of, Document: onboarding.Articles, Stored: s.keep(intake.KindFile, "articles"), Issued: s.today.AddDays(-30)})
	person, err := json.Marshal(intake.Person{Name: "Hedwig Rottmühl", Born: "1961-03-04"})
	if err != nil {
		t.Fatal(err)
	}
	s.give(s.maker, &book.RecordTie{File: of, Link: onboarding.Director, Person: party.Token{1}, Profile: s.keep(intake.KindPerson, string(person)), From: s.today.AddDays(-900)})
	where, whole := "/onboarding/"+of.String(), []string{"Onboarding file of Gießerei Rottmühl", "What it lacks", "Document unchecked: articles", "Articles the party", "Received", "Hedwig Rottmühl", "Director"}
	s.look(
		look{who: "operator", actor: s.maker, path: where, status: 200, wants: whole},
		look{who: "operator", actor: s.maker, path: "/onboarding", status: 200, wants: []string{of.String(), "Company", "Low"}},
		look{who: "its party", actor: s.actors["rottmuehl"], path: where, status: 200, wants: whole},
		look{who: "funder", actor: s.funderActor, path: where, status: 200, wants: []string{"takes the party’s consent"}, nots: []string{"Hedwig", "What it lacks", "Timeline"}},
		look{who: "funder", actor: s.funderActor, path: "/onboarding", status: 200, wants: []string{of.String(), "takes the party’s consent"}, nots: []string{"Company"}},
		look{who: "another seller", actor: s.actors["traunfels"], path: where, status: 404},
		look{who: "another seller", actor: s.actors["traunfels"], path: "/onboarding", status: 200, wants: []string{"There is no onboarding file in your sight"}, nots: []string{of.String()}},
	)
}

// alerted puts an alert about a seller on record, and gives its page.
func (s *stage) alerted(seller string) string {
	s.t.Helper()
	list := event[*book.ScreeningListRecorded](s, s.give(s.maker, &book.RecordScreeningList{
		Name: "un", List: screening.Sanctions, Hash: [32]byte{1}, Stored: party.Reference{1}, Published: s.today, Entries: 1,
	})).List.ID
	details, err := json.Marshal(view.HitDetails{Subject: "Gießerei Rottmühl", Name: "Giesserei Rotmuehl Ltd", Key: "K-17"})
	if err != nil {
		s.t.Fatal(err)
	}
	of := s.parties[seller]
	return "/screening/" + event[*book.AlertOpened](s, s.give(s.maker, &book.RecordScreening{
		Lists: []id.ScreeningList{list}, From: 1, Through: of.Number(), Subjects: 1,
		Hits: []screening.Hit{{Party: of, List: list, Listed: [16]byte{1}, Score: 900, Details: s.keep(intake.KindHit, string(details))}},
	})).Alert.ID.String()
}

// An alert takes two persons to confirm; nobody but the operator's people knows of it.
func TestTheScreeningDesk(t *testing.T) {
	s := newStage(t)
	s.open()
	where := s.alerted("rottmuehl")
	number := strings.TrimPrefix(where, "/screening/")
	s.look(
		look{who: "operator", actor: s.maker, path: where, status: 200, wants: []string{"Giesserei Rotmuehl Ltd", "Open", "900", "Sanctions", "K-17", "Clear or confirm"}},
		look{who: "operator", actor: s.maker, path: "/screening?state=open", status: 200, wants: []string{number, "un, version 1: sanctions, 1 entries"}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: where, status: 404},
		look{who: "seller", actor: s.actors["rottmuehl"], path: "/screening", status: 404},
		look{who: "funder", actor: s.funderActor, path: where, status: 404},
		look{who: "funder", actor: s.funderActor, path: "/screening", status: 404},
		look{who: "seller", actor: s.actors["rottmuehl"], path: where + "/decision", status: 403},
		look{who: "seller", actor: s.actors["rottmuehl"], path: "/", status: 200, nots: []string{"Screening", "Cases"}},
		look{who: "operator", actor: s.maker, path: "/", status: 200, wants: []string{"Models Screening Money"}, nots: []string{"Cases"}},
	)
	maker, checker := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}, &browser{t: t, handler: s.handler, secret: s.key(s.checker)}
	checkMarkup(t, "the form", maker.page(where+"/decision", http.StatusOK))
	maker.page(where+"/decision?terms=1&verdict=true_match", 422)
	maker.open(where + "/decision?terms=1&verdict=true_match&note=Same+address").given(nil)
	s.look(look{who: "operator", actor: s.checker, path: where, status: 200, wants: []string{"Taken for a true match", "Same address", "First word by Annegret Lohse"}})
	if _, page := maker.open(where + "/decision?terms=1&verdict=true_match&note=Again").send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("one person confirms alone: %s", text(page))
	}
	checker.open(where + "/decision?terms=1&verdict=false_positive&note=Another+town").given(nil)
	s.look(look{who: "operator", actor: s.maker, path: where, status: 200, wants: []string{"Cleared", "Another town"}, nots: []string{"Clear or confirm"}})
}

// Compliance opens a case, adds to it and closes it with two persons; to everybody else there is none.
func TestCasesAreForComplianceAlone(t *testing.T) {
	s := newStage(t)
	s.open()
	officer, second := s.person(s.operator, party.Compliance, "Irmgard Thoma"), s.person(s.operator, party.Compliance, "Ole Brandt")
	first, other := &browser{t: t, handler: s.handler, secret: s.key(officer)}, &browser{t: t, handler: s.handler, secret: s.key(second)}
	about := "/parties/" + s.parties["rottmuehl"].String()
	checkMarkup(t, "the form", first.page(about+"/case", http.StatusOK))
	first.open(about + "/case?terms=1&note=Cash+from+nowhere&due=" + s.today.AddDays(10).String()).given(nil)
	of := id.Make[id.Case](1, 1).String()
	where := "/cases/" + of
	first.open(where + "/fact?terms=1&note=Three+payments+by+strangers").given(nil)
	first.open(where + "/decision?terms=1&outcome=no_action&note=Explained").given(nil)
	s.look(
		look{who: "compliance", actor: officer, path: "/", status: 200, wants: []string{"Screening Cases Onboarding"}},
		look{who: "compliance", actor: officer, path: "/cases", status: 200, wants: []string{of, "Gießerei Rottmühl", "No action"}},
		look{who: "compliance", actor: second, path: where, status: 200, wants: []string{"Cash from nowhere", "Three payments by strangers", "Irmgard Thoma", "No action, proposed", "Decide"}},
		look{who: "operator", actor: s.maker, path: "/cases", status: 404},
		look{who: "operator", actor: s.maker, path: where, status: 404},
		look{who: "operator", actor: s.maker, path: where + "/decision", status: 403},
		look{who: "operator", actor: s.maker, path: about + "/case", status: 403},
		look{who: "operator", actor: s.maker, path: about, status: 200, nots: []string{"Open a case", of, "Cash"}},
		look{who: "funder", actor: s.funderActor, path: where, status: 404},
		look{who: "seller", actor: s.actors["rottmuehl"], path: where, status: 404},
		look{who: "seller", actor: s.actors["rottmuehl"], path: "/cases", status: 404},
	)
	other.open(where + "/decision?terms=1&outcome=no_action&note=Agreed").given(nil)
	s.look(look{who: "compliance", actor: officer, path: where, status: 200, wants: []string{"Closed", "Closed by Ole Brandt"}, nots: []string{"Add what was found out"}})
}
