package api_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/rule"
	"millrace/domain/trade"
)

func TestBrokenRulesAreShownAndCleared(t *testing.T) {
	s := newSite(t)
	w := s.world
	text := invoice(t)
	wrong := strings.Replace(text, `<cbc:LineExtensionAmount currencyID="EUR">41414.00<`, `<cbc:LineExtensionAmount currencyID="EUR">41415.00<`, 1)
	kept := s.send(w.Maker, "POST", "/v1/documents", wrong, header{"Idempotency-Key": s.key(), "Content-Type": "application/xml"}).want(201)
	document := s.get(w.Maker, "/v1/documents/"+kept.text("record", "document", "id")).want(200)
	for field, want := range map[string]string{
		"rule": "BR-CO-10", "severity": "fatal", "sentence": "The sum of the lines' net amounts is what the lines add up to.",
		"where": "Invoice/cac:LegalMonetaryTotal/cbc:LineExtensionAmount",
	} {
		if got := document.text("rules", 0, field); got != want {
			t.Errorf("%s is %q: %s", field, got, document.bytes)
		}
	}

	l := s.life(40, 3)
	step := l.Step(3)
	step.Command.(*book.RecordDocument).Document.Rules = []trade.RuleBreach{{Rule: "BR-51", Severity: rule.Fatal}, {Rule: "BR-CO-10", Severity: rule.Fatal}}
	l.Answered(s.give(step.Actor, step.Command))
	s.live(l, 4, 5)
	receivable := s.get(w.Maker, "/v1/receivables").want(200).text("items", 0, "id")
	quote := fmt.Sprintf(`{"receivable":%q,"programme":%q,"payee":%q}`, receivable, w.Payables, w.Accounts[l.Seller])
	refused := s.post(w.SellerActors[l.Seller], "/v1/quotes", quote).want(422)
	if refused.text("code") != "rules_breached" || !strings.Contains(string(refused.bytes), "BR-51, BR-CO-10") {
		t.Errorf("%s", refused.bytes)
	}
	clear := "/v1/receivables/" + receivable + "/clearance"
	s.post(w.Maker, clear, `{"rules":["BR-01"],"reason":"looked at"}`).want(422)
	s.post(w.Maker, clear, `{"reason":"looked at"}`).want(422)
	cleared := s.post(w.Maker, clear, `{"rules":["BR-51","BR-CO-10"],"reason":"looked at"}`).want(200)
	if cleared.text("record", "rules", 0, "rule") != "BR-51" || cleared.json("record", "rules", 1, "cleared") == nil {
		t.Errorf("%s", cleared.bytes)
	}
	if story := s.get(w.SellerActors[l.Seller], "/v1/stories/"+receivable).want(200); !strings.Contains(string(story.bytes), "Broken rules of EN 16931 were cleared: BR-51, BR-CO-10.") {
		t.Errorf("%s", story.bytes)
	}
	s.post(w.SellerActors[l.Seller], "/v1/quotes", quote).want(201)
}

func TestAProgrammesSeveritiesAreItsOwn(t *testing.T) {
	s := newSite(t)
	w := s.world
	propose := func(severities string) *answer {
		return s.post(w.Maker, "/v1/programmes", fmt.Sprintf(`{"product":%q,"anchor":%q,"custodian":%q,"currency":"EUR","calendar":"TARGET",
			"funders":[{"party":%q,"priority":1,"rate":"4.2500"}],"severities":%s}`,
			s.get(w.Maker, "/v1/products").text("items", 0, "id"), w.Anchor, w.Custodian, w.Funder, severities))
	}
	proposed := propose(`[{"rule":"BR-CO-*","severity":"warning"},{"rule":"UNREAD","severity":"ignored"}]`).want(201)
	shown := s.get(w.Maker, "/v1/programmes/"+proposed.text("record", "id")).want(200)
	if shown.text("severities", 0, "rule") != "BR-CO-*" || shown.text("severities", 1, "severity") != "ignored" {
		t.Errorf("%s", shown.bytes)
	}
	for _, wrong := range []string{`[{"rule":"BR-999","severity":"fatal"}]`, `[{"rule":"BR-01","severity":"grave"}]`, `[{"rule":"","severity":"fatal"}]`, `[{"rule":"BR-01"}]`} {
		propose(wrong).want(422)
	}
}
