package console_test

import (
	"net/http"
	"strings"
	"testing"

	"millrace/domain/id"
	"millrace/domain/party"
)

// Each desk opens on what waits there, why and what happens next.
func TestEachDeskOpensOnWhatWaits(t *testing.T) {
	s := newStage(t)
	s.play()
	officer := s.person(s.operator, party.Compliance, "Irmgard Thoma")
	auditor := s.person(s.operator, party.Auditor, "Konrad Prüfer")
	for _, desk := range []struct {
		name  string
		actor id.Actor
		wants []string
	}{
		{"operator", s.maker, []string{"What waits here", "Money available", "Latest events"}},
		{"credit", s.maker, []string{"What waits here", "Who owes most"}},
		{"treasury", s.maker, []string{"What comes back, and what is set aside", "Week from"}},
		{"funder", s.funderActor, []string{"Free to be lent", "Who owes most"}},
		{"compliance", officer, []string{"What waits here"}},
		{"buyer", s.actors["havelmark"], []string{"Due next, and to whom", "Owed now to", "Your cash in the quarter to come"}},
		{"seller", s.actors["rottmuehl"], []string{"What you can turn into cash today", "You receive", "I need this much", "Your latest invoices"}},
		{"custodian", s.bank, []string{"The accounts that you hold"}},
		{"audit", auditor, []string{"Where to look"}},
	} {
		b := &browser{t: t, handler: s.handler, secret: s.key(desk.actor), cookie: "millrace_desk=" + desk.name}
		page := b.page("/", http.StatusOK)
		checkMarkup(t, desk.name, page)
		shown := text(page)
		for _, want := range desk.wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s: the page does not say %q:\n%s", desk.name, want, shown)
			}
		}
	}
}
