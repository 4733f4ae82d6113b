package api_test

import (
	"fmt"
	"strings"
	"testing"
)

// A change of bank details over the API, from the contact of before to the account's end.
func TestPayees(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.begin()
	third := s.newActor(w.Operator, 1)
	product := s.get(w.Maker, "/v1/programmes/"+w.Payables.String()).want(200).text("product", "id")
	terms := s.post(w.Maker, "/v1/programmes", fmt.Sprintf(`{"product":%q,"anchor":%q,"custodian":%q,"currency":"EUR","calendar":"TARGET","funders":[{"party":%q,"priority":1,"rate":"4.80"}],
		"payee_checked":true,"payee_new_days":10,"lender_instructs":true}`, product, w.Anchor, w.Custodian, w.Funder)).want(201)
	for _, part := range []string{`"payee_checked":true`, `"payee_new_days":10`, `"change_days":3`, `"lender_instructs":true`} {
		if !strings.Contains(string(terms.bytes), part) {
			t.Errorf("%s is not in %s", part, terms.bytes)
		}
	}
	s.post(w.Checker, "/v1/programmes/"+terms.text("record", "id")+"/approval", "").want(200)

	seller := "/v1/parties/" + w.Sellers[0].String()
	if shown := s.post(w.Maker, seller+"/contacts", `{"channel":"phone","details":"+49 30 1, Ms Rottmühl"}`).want(201); !strings.Contains(string(shown.bytes), `"details":"+49 30 1, Ms Rottmühl"`) {
		t.Errorf("%s", shown.bytes)
	}
	if own := s.get(w.SellerActors[0], seller).want(200); strings.Contains(string(own.bytes), "contacts") {
		t.Errorf("the seller sees at which contact it is asked: %s", own.bytes)
	}
	proposed := s.post(w.SellerActors[0], seller+"/bank-accounts", `{"currency":"EUR","iban":"DE89370400440532013000","holder":"Holder"}`).want(201)
	account := "/v1/bank-accounts/" + proposed.text("record", "id")
	if until := proposed.text("record", "change", "waits_until"); until != "2026-09-04" {
		t.Errorf("waits until %q", until)
	}
	s.refused(s.post(w.Checker, account+"/verification", `{}`), "payee_unchecked")
	keyed := header{"Idempotency-Key": "deposit"}
	s.send(w.Maker, "POST", account+"/micro-deposit", `{"until":"2026-09-10"}`, keyed).want(201)
	s.send(w.Maker, "POST", account+"/micro-deposit", `{"until":"2026-09-10"}`, keyed).want(200)
	s.refused(s.send(w.Maker, "POST", account+"/micro-deposit", `{"until":"2026-09-11"}`, keyed), "key_reused")
	wrong := s.post(w.SellerActors[0], account+"/micro-deposit/answer", `{"amount":{"text":"0.01","currency":"EUR"},"code":"00000000"}`).want(200)
	if left := wrong.text("record", "micro_deposit", "state"); left != "ordered" {
		t.Errorf("after a wrong answer: %s", wrong.bytes)
	}
	s.post(w.Maker, account+"/name-check", `{"result":"close_match","score":900000,"reference":"VOP-1"}`).want(201)
	s.refused(s.post(w.Checker, account+"/verification", `{}`), "reason_missing")
	s.post(third, account+"/change-confirmation", `{"contact":1,"record":"called at noon, confirmed by Ms Rottmühl"}`).want(200)
	s.refused(s.post(w.Checker, account+"/verification", `{"reason":"legal form left out"}`), "change_waits")
	s.post(w.Maker, "/v1/day", `{"date":"2026-09-04"}`).want(200)
	verified := s.post(w.Checker, account+"/verification", `{"reason":"legal form left out"}`).want(200)
	if verified.text("record", "ground") != "reason" || verified.text("record", "reason") != "legal form left out" || verified.text("record", "change", "record") == "" {
		t.Errorf("%s", verified.bytes)
	}
	s.post(w.Maker, account+"/bank-letter", `{"record":"letter"}`).want(409)
	revoked := s.post(w.SellerActors[0], account+"/revocation", `{"reason":"closed"}`).want(200)
	if revoked.text("record", "state") != "revoked" || revoked.text("record", "revoked") != "2026-09-04" {
		t.Errorf("%s", revoked.bytes)
	}
	s.post(w.Maker, "/v1/payments/pay_1-1-C/release", `{"reason":"asked"}`).want(404)
}

func (s *site) refused(got *answer, code string) {
	s.t.Helper()
	if got.status < 400 || got.text("code") != code {
		s.t.Errorf("status %d, %s, and not %s", got.status, got.bytes, code)
	}
}
