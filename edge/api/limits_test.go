package api_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
)

// ownWords leaves a funder's own limit, policy and standing authority.
func (s *site) ownWords() map[string]string {
	s.t.Helper()
	w := s.world
	ids := map[string]string{
		"own limit": s.post(w.FunderActor, "/v1/limits", fmt.Sprintf(`{"kind":"pair","owner":%q,"party":%q,"counterparty":%q,"amount":{"text":"900000.00","currency":"EUR"},"expires":%q}`,
			w.Funder, w.Sellers[1], w.Anchor, w.Today.AddDays(90))).want(201).text("record", "id"),
		"funder policy": s.post(w.FunderActor, "/v1/funder-policies", `{"clauses":[{"name":"good_buyers","text":"buyer_grade <= 9","otherwise":"refuse","reason":"our own appetite"}]}`).
			want(201).text("record", "id"),
	}
	ids["recommendation"] = s.post(w.Maker, "/v1/limit-recommendations", fmt.Sprintf(`{"limit":{"kind":"buyer","owner":%q,"party":%q,"amount":{"text":"712345.00","currency":"EUR"},"expires":%q},"reason":"much on one name"}`,
		w.Funder, w.Anchor, w.Today.AddDays(90))).want(201).text("record", "id")
	ids["dependence"] = s.post(w.Maker, "/v1/dependences", fmt.Sprintf(`{"party":%q,"on":%q,"reason":"sells to nobody else","evidence":"its ledger"}`, w.Sellers[1], w.Anchor)).
		want(201).text("record", "id")
	second := s.newActor(w.Funder, party.Funder)
	s.post(second, "/v1/limits/"+ids["own limit"]+"/approval", "").want(200)
	s.post(second, "/v1/funder-policies/"+ids["funder policy"]+"/decision", `{"decision":"approve"}`).want(200)
	c := w.Authority(w.Funder, funding.AuthorityTerms{Programmes: []id.Programme{w.Discounting}, AmountMost: 1_00, TotalMost: 1_00, GradeMost: 3, TenorDaysMax: 90, Until: w.Today.AddDays(30)})
	for _, e := range s.give(w.FunderActor, c) {
		if given, ok := e.(*book.AuthorityGiven); ok {
			ids["authority"] = given.Authority.ID.String()
		}
	}
	return ids
}

// The tree has a funder's own limits for it and for auditors, those of the house for the operator, and nothing of one for another.
func TestLimitsAreATree(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.begin()
	own := s.ownWords()
	s.life(1, 9)
	auditor := s.newActor(w.Operator, party.Auditor)
	house := s.get(w.Maker, "/v1/limits?programme="+w.Payables.String()).want(200)
	if strings.Contains(string(house.bytes), own["own limit"]) {
		t.Error("the operator sees what a funder has set itself")
	}
	for who, c := range map[string]struct {
		actor id.Actor
		own   bool
	}{"operator": {w.Maker, false}, "auditor": {auditor, true}, "funder": {w.FunderActor, true}} {
		tree := string(s.get(c.actor, "/v1/limit-tree").want(200).bytes)
		if strings.Contains(tree, own["own limit"]) != c.own || !strings.Contains(tree, `"kind":"funder"`) || strings.Contains(tree, `"kind":"buyer"`) == (who == "funder") {
			t.Errorf("%s: %s", who, tree)
		}
		exposures := string(s.get(c.actor, "/v1/exposures").want(200).bytes)
		if !strings.Contains(exposures, `"text":"1079.19"`) || !strings.Contains(exposures, w.Anchor.String()) {
			t.Errorf("%s: %s", who, exposures)
		}
		for path, seen := range map[string]bool{"/v1/limits/" + own["own limit"]: c.own, "/v1/funder-policies/" + own["funder policy"]: c.own} {
			if got := s.get(c.actor, path); (got.status == 200) != seen {
				t.Errorf("%s, %s: %d", who, path, got.status)
			}
		}
	}
	entries := string(s.get(w.Maker, "/v1/entries?limit=500").want(200).bytes)
	for _, own := range []string{"good_buyers", "900000.00", "our own appetite"} {
		if strings.Contains(entries, own) || !strings.Contains(entries, "propose_funder_policy") {
			t.Errorf("the operator reads %s in the journal, which a funder has decided for itself", own)
		}
	}
	if told := string(s.get(auditor, "/v1/entries?limit=500").want(200).bytes); !strings.Contains(told, "good_buyers") {
		t.Error("the auditor does not")
	}
	limit := "/v1/limits/" + own["own limit"]
	s.post(w.Maker, limit+"/suspension", `{"cause":"mine"}`).want(404)
	if got := s.post(w.FunderActor, limit+"/suspension", `{"cause":"late again"}`).want(200); got.text("record", "suspension", "cause") != "late again" || got.text("record", "light") != "grey" {
		t.Errorf("%s", got.bytes)
	}
	s.post(w.FunderActor, limit+"/lift", "").want(200)
	s.post(w.FunderActor, limit+"/lift", "").want(403)
	s.post(s.newActor(w.Funder, party.Funder), limit+"/lift", "").want(200)
	if wrong := s.post(w.FunderActor, "/v1/funder-policies", `{"clauses":[{"name":"x","text":"moon < 2","otherwise":"refuse","reason":"why"}]}`); wrong.status != 422 && wrong.status != 400 {
		t.Errorf("%d %s", wrong.status, wrong.bytes)
	}
}

// A funder takes up or dismisses what was recommended to it; the operator learns that, and not why, and no other funder learns anything.
func TestRecommendationsDependencesAndWithdrawals(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.begin()
	ids := s.ownWords()
	second := s.newActor(w.Funder, party.Funder)
	recommendation := "/v1/limit-recommendations/" + ids["recommendation"]
	s.post(w.FunderActor, recommendation+"/decision", `{"decision":"decline"}`).want(422)
	s.post(w.FunderActor, recommendation+"/decision", `{"decision":"decline","reason":"no appetite here"}`).want(200)
	if got := s.get(w.Maker, recommendation).want(200); got.text("state") != "dismissed" || strings.Contains(string(got.bytes), "no appetite") {
		t.Errorf("%s", got.bytes)
	}
	if got := s.get(second, recommendation).want(200); got.text("dismissal") != "no appetite here" {
		t.Errorf("%s", got.bytes)
	}
	again := s.post(w.Maker, "/v1/limit-recommendations", fmt.Sprintf(`{"limit":{"kind":"connected","owner":%q,"party":%q,"amount":{"text":"1.00","currency":"EUR"},"expires":%q},"reason":"one risk"}`,
		w.Funder, w.Sellers[1], w.Today.AddDays(90))).want(201).text("record", "id")
	limit := s.post(w.FunderActor, "/v1/limit-recommendations/"+again+"/decision", `{"decision":"approve"}`).want(200).text("record", "limit")
	s.post(second, "/v1/limits/"+limit+"/approval", "").want(200)
	if got := s.get(w.Maker, "/v1/limit-recommendations/"+again).want(200); got.text("state") != "taken" || strings.Contains(string(got.bytes), limit) {
		t.Errorf("%s", got.bytes)
	}
	s.life(1, 9)
	dependence := "/v1/dependences/" + ids["dependence"]
	s.post(w.Maker, dependence+"/decision", `{"decision":"approve"}`).want(403)
	if got := s.post(w.Checker, dependence+"/decision", `{"decision":"approve"}`).want(200); got.text("record", "state") != "live" || got.text("record", "reason") != "sells to nobody else" {
		t.Errorf("%s", got.bytes)
	}
	s.give(w.Maker, &book.OpenDay{Date: w.Today.AddDays(1)})
	if got := s.get(w.FunderActor, fmt.Sprintf("/v1/limits/%s?after=%d", limit, s.engine.Head().Sequence)).want(200); got.text("alarm", "since") != w.Today.String() || got.text("overshoot", "text") == "" {
		t.Errorf("%s", got.bytes)
	}
	if tree := string(s.get(w.FunderActor, "/v1/limit-tree").want(200).bytes); !strings.Contains(tree, `"alarm"`) {
		t.Error("the tree does not show the alarm")
	}
	for _, hidden := range []string{"no appetite", limit + " was beyond"} {
		if entries := string(s.get(w.Maker, "/v1/entries?limit=500").want(200).bytes); strings.Contains(entries, hidden) {
			t.Errorf("the operator reads %q in the journal", hidden)
		}
	}
	s.post(w.Checker, dependence+"/end", `{"reason":"others buy","evidence":"its ledger"}`).want(200)
	s.post(w.Maker, dependence+"/decision", `{"decision":"approve"}`).want(200)
	s.post(w.FunderActor, "/v1/limits/"+limit+"/withdrawal", `{"reason":"they are parted"}`).want(200)
	if got := s.post(second, "/v1/limits/"+limit+"/withdrawal/decision", `{"decision":"approve"}`).want(200); got.text("record", "state") != "withdrawn" {
		t.Errorf("%s", got.bytes)
	}
}
