package api_test

import (
	"strings"
	"testing"

	"millrace/domain/party"
)

// A funder says until when its money stays, a second person of it approves, and what would outlast it is refused by the rule's name.
func TestTenorByTheAPI(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.life(1, 10)
	ladders := "/v1/programmes/" + w.Payables.String() + "/ladders"
	if got := s.post(w.FunderActor, ladders, `{"tranches":[{"amount":{"text":"1.00","currency":"EUR"}}]}`).want(409); got.text("code") != "tenor_gap" || got.text("rule", "code") != "tenor_tie" || got.text("rule", "citation") == "" {
		t.Errorf("%s", got.bytes)
	}
	until := w.Today.AddDays(200).String()
	l := s.post(w.FunderActor, ladders, `{"tranches":[{"amount":{"text":"1000000.00","currency":"EUR"},"until":"`+until+`"},{"amount":{"text":"5.00","currency":"EUR"}}]}`).want(201).text("record", "id")
	if got := s.post(w.FunderActor, "/v1/ladders/"+l+"/decision", `{"decision":"approve"}`).want(403); got.text("rule", "code") != "two_persons" {
		t.Errorf("%s", got.bytes)
	}
	s.post(s.newActor(w.Funder, party.Funder), "/v1/ladders/"+l+"/decision", `{"decision":"approve"}`).want(200)
	shown := string(s.get(w.FunderActor, "/v1/programmes/"+w.Payables.String()+"/tenor").want(200).bytes)
	for _, want := range []string{`"ladder":"` + l + `"`, `"month":"` + until[:7] + `"`, `"text":"1000000.00"`, `"gaps":[]`} {
		if !strings.Contains(shown, want) {
			t.Errorf("%s is not in %s", want, shown)
		}
	}
	if rules := string(s.get(w.Maker, "/v1/money-rules").want(200).bytes); !strings.Contains(rules, `"code":"own_supplier"`) {
		t.Error(rules)
	}
}
