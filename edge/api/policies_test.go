package api_test

import (
	"net/url"
	"strings"
	"testing"

	"millrace/domain/id"
)

func TestTheAPIExplainsWhoMayWhat(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.life(1, 10)
	financing := s.get(w.Maker, "/v1/financings?limit=1").text("items", 0, "id")
	explain := func(actor id.Actor, action, record string) string {
		return "/v1/access-explanation?" + url.Values{"actor": {actor.String()}, "action": {action}, "record": {record}}.Encode()
	}
	if got := s.get(w.Maker, explain(w.SellerActors[1], "get_financing", financing)).want(200); got.json("permitted") != true || got.text("policies", 0) != "finance.read.operator-auditor-seller-buyer-funder" {
		t.Errorf("%s", got.bytes)
	}
	if got := s.get(w.Maker, explain(w.SellerActors[0], "get_financing", financing)).want(200); got.json("permitted") != false || got.text("policies", 0) != "isolation.party" || !strings.Contains(got.text("because", 0), "Another party's record") {
		t.Errorf("%s", got.bytes)
	}
	s.get(w.Maker, explain(w.SellerActors[0], "fly", "")).want(422)
	if refused := s.get(w.SellerActors[0], "/v1/access-policies").want(403); refused.text("policy", "id") != "access.read.operator-auditor" || refused.text("policy", "because") == "" {
		t.Errorf("%s", refused.bytes)
	}
	if all := s.get(w.Maker, "/v1/access-policies").want(200); len(all.json("policies").([]any)) < 100 || !strings.Contains(all.text("schema"), "entity Actor in [Role, Party]") {
		t.Errorf("%.300s", all.bytes)
	}
	// A number of another book is no number of this one.
	for _, path := range []string{"/v1/financings/" + foreign(financing), "/v1/stories/" + foreign(financing)} {
		if got := s.get(w.Maker, path).want(404); got.text("policy", "id") != "isolation.tenant" && got.text("policy", "id") != "isolation.party" {
			t.Errorf("%s: %s", path, got.bytes)
		}
	}
	if got := s.post(w.Maker, "/v1/sweeps", `{"programme":"`+foreign(w.Payables.String())+`","funder":"`+w.Funder.String()+`"}`); got.status < 400 || got.status >= 500 {
		t.Errorf("a programme of another tenant is swept: %s", got.bytes)
	}
}
