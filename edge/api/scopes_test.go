package api_test

import (
	"strings"
	"testing"
)

// A narrowed key reads, gives the commands of its scopes, one by one and in bulks, and makes no key that may do more.
func TestANarrowedKey(t *testing.T) {
	s := newSite(t)
	s.begin()
	w := s.world
	made := s.post(w.Maker, "/v1/actors/"+w.Maker.String()+"/keys", `{"name":"reports","scopes":["read","access"]}`).want(201)
	secret := made.text("record", "secret")
	if !strings.Contains(string(made.bytes), `"scopes":["read","access"]`) {
		t.Errorf("scopes: %s", made.bytes)
	}
	narrowed := func(method, path, body string, key string) *answer {
		return s.send(0, method, path, body, header{"Authorization": "Bearer " + secret, "Idempotency-Key": key, "Content-Type": "application/json"})
	}
	narrowed("GET", "/v1/me", "", "").want(200)
	narrowed("GET", "/v1/parties", "", "").want(200)
	for name, refused := range map[string]*answer{
		"a command":                   narrowed("POST", "/v1/day", `{"date":"`+w.Today.AddDays(1).String()+`"}`, "1"),
		"a key that is not narrowed":  narrowed("POST", "/v1/actors/"+w.Buyer.String()+"/keys", `{"name":"erp"}`, "2"),
		"a key that may do more":      narrowed("POST", "/v1/actors/"+w.Buyer.String()+"/keys", `{"name":"erp","scopes":["money"]}`, "3"),
		"money":                       narrowed("POST", "/v1/sweeps", `{"programme":"`+w.Payables.String()+`","funder":"`+w.Funder.String()+`"}`, "4"),
		"an order of the same family": narrowed("POST", "/v1/actors/"+w.Buyer.String()+"/keys", `{"name":"erp","scopes":["read","documents"]}`, "5"),
	} {
		if refused.status != 403 || refused.text("code") != "scope_forbidden" {
			t.Errorf("%s: %d %s", name, refused.status, refused.bytes)
		}
	}
	bulk := narrowed("POST", "/v1/commands", `[{"key":"b1","command":"open_day","body":{"date":"2027-01-01"}}]`, "6")
	if !strings.Contains(string(bulk.bytes), "scope_forbidden") {
		t.Errorf("in a bulk: %d %s", bulk.status, bulk.bytes)
	}
	reader := narrowed("POST", "/v1/actors/"+w.Buyer.String()+"/keys", `{"name":"erp","scopes":["read"]}`, "7").want(201).text("record", "secret")
	for _, path := range paths(s, "post") {
		if got := s.send(w.Maker, "GET", path, "", nil); got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(got.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || got.header.Get("Referrer-Policy") == "" {
			t.Errorf("%s answers with %v", path, got.header)
		}
		got := s.send(0, "POST", path, `{}`, header{"Authorization": "Bearer " + reader, "Idempotency-Key": "r", "Content-Type": "application/json"})
		if got.status < 400 || got.status == 403 && got.text("code") != "scope_forbidden" && got.text("code") != "role_forbidden" {
			t.Errorf("a key that only reads sends to %s: %d %s", path, got.status, got.bytes)
		}
	}
	s.post(w.Buyer, "/v1/actors/"+w.Buyer.String()+"/keys", `{"name":"own","scopes":["confirmations"]}`).want(201)
	s.post(w.Maker, "/v1/actors/"+w.Buyer.String()+"/keys", `{"name":"odd","scopes":["everything"]}`).want(422)
	s.post(w.Buyer, "/v1/actors", `{"party":"`+w.Anchor.String()+`","role":"buyer","name":"Anna"}`).want(403)
	s.post(w.Maker, "/v1/actors/"+w.Buyer.String()+"/administration", `{"administrator":true}`).want(200)
	s.post(w.Buyer, "/v1/actors", `{"party":"`+w.Anchor.String()+`","role":"buyer","name":"Anna"}`).want(201)
}
