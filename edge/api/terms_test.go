package api_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/domain/money"
	"millrace/lab/load"
)

// A bank joins the buyer's undertaking over the API, by its own signature.
func TestABankUndertakesOverItsStatement(t *testing.T) {
	s := newSite(t)
	w := s.world
	l := s.life(1, 5)
	r := s.newest(l)
	path := "/v1/receivables/" + r.ID.String() + "/bank-undertaking"
	body := fmt.Sprintf(`{"bank":%q,"amount":{"text":%q,"currency":"EUR"}}`, w.Funder, money.Format(l.Amount, w.Currency))
	if refused := s.post(w.Maker, path, body); refused.text("code") != "signature_missing" {
		t.Fatalf("%s", refused.bytes)
	}
	signatures := s.signed(w.Maker, "undertake_as_bank", r.ID.String(), body, w.Signers[w.Funder].Key, load.PrivateKey("of funder"))
	given := s.post(w.Maker, path, with(body, signatures)).want(200)
	if given.text("record", "undertaking") != "bank" {
		t.Fatalf("%s", given.bytes)
	}
	if story := s.get(w.Buyer, "/v1/stories/"+r.ID.String()).want(200); !strings.Contains(string(story.bytes), "has undertaken as a bank") {
		t.Errorf("%s", story.bytes)
	}
	if refused := s.post(w.Maker, "/v1/receivables/"+r.ID.String()+"/agent-collections", `{"amount":{"text":"1.00","currency":"EUR"},"value":"2026-09-01"}`); refused.text("code") != "collector_other" {
		t.Errorf("%s", refused.bytes)
	}
}
