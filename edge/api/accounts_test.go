package api_test

import (
	"fmt"
	"strings"
	"testing"
)

const senderIBAN = "DE89370400440532013000"

// supervised puts the funding account of a funder on record, lets money come that belongs to nobody, and the bank take a charge.
func (s *site) supervised() map[string]string {
	s.t.Helper()
	w := s.world
	ids := map[string]string{}
	body := fmt.Sprintf(`{"kind":"funding","funder":%q,"owner":%q,"beneficiary":%q,"protection":"own_money","since":"2026-01-05","mandate":"Only rules move it.",
		"signatories":[{"party":%q},{"party":%q}],"together":2,"statements":"when_moved","account":{"iban":"NL91ABNA0417164300","holder":"Funder, for the programme"}}`,
		w.Funder, w.Funder, w.Funder, w.Operator, w.Funder)
	proposed := s.post(w.Maker, "/v1/programmes/"+w.Payables.String()+"/supervised-accounts", body).want(201)
	ids["supervised account"] = proposed.text("record", "id")
	s.post(w.Checker, "/v1/supervised-accounts/"+ids["supervised account"]+"/approval", `{"decision":"approve"}`).want(200)
	came := s.post(w.Bank, "/v1/receipts", fmt.Sprintf(`{"programme":%q,"reference":"stray 1","amount":{"text":"100.00","currency":"EUR"},"value":"2026-09-01","booking":"2026-09-01"}`, w.Payables)).want(201)
	ids["stray receipt"] = came.text("record", "receipt", "id")
	ids["return"] = s.post(w.Maker, "/v1/receipts/"+ids["stray receipt"]+"/returns", fmt.Sprintf(
		`{"way":"to_sender","amount":{"text":"60.00","currency":"EUR"},"reference":"stray 1","reason":"It is nobody's here.","sender":{"iban":%q,"holder":"A stranger"}}`, senderIBAN)).want(201).text("record", "id")
	ids["charge"] = s.post(w.Bank, "/v1/charges", fmt.Sprintf(`{"programme":%q,"kind":"funding","funder":%q,"cause":"charge","reference":"charge 1","amount":{"text":"2.50","currency":"EUR"},
		"value":"2026-09-01","booking":"2026-09-01","text":"Account fee"}`, w.Payables, w.Funder)).want(201).text("record", "id")
	return ids
}

func TestSupervisedAccounts(t *testing.T) {
	s := newSite(t)
	w := s.world
	ids := s.supervised()
	shown := s.get(w.FunderActor, "/v1/supervised-accounts/"+ids["supervised account"]).want(200)
	if shown.text("state") != "live" || shown.text("statements") != "when_moved" || shown.text("law", "name") != "own_money" || !strings.Contains(string(shown.bytes), `"code":"funding"`) {
		t.Errorf("%s", shown.bytes)
	}
	decide := func(iban string) *answer {
		return s.post(w.Checker, "/v1/returns/"+ids["return"]+"/approval", fmt.Sprintf(`{"decision":"approve","iban":%q}`, iban))
	}
	if refused := decide("NL91ABNA0417164300").want(409); refused.text("code") != "account_differs" {
		t.Errorf("%s", refused.bytes)
	}
	paid := decide(senderIBAN).want(200).text("record", "payment")
	if p := s.get(w.Maker, "/v1/payments/"+paid).want(200); p.text("purpose") != "return" || p.text("amount", "text") != "60.00" {
		t.Errorf("%s", p.bytes)
	}
	recall := s.post(w.Bank, "/v1/receipts/"+ids["stray receipt"]+"/recall", `{"reference":"recall 1","text":"Paid by mistake"}`).want(200)
	if recall.text("record", "recall") != "open" || recall.text("record", "left", "text") != "40.00" {
		t.Errorf("%s", recall.bytes)
	}
	own := s.post(w.Maker, "/v1/parties/"+w.Funder.String()+"/bank-accounts", `{"currency":"EUR","iban":"DE02120300000000202051","holder":"Funder"}`).want(201).text("record", "id")
	s.post(w.Checker, "/v1/bank-accounts/"+own+"/verification", "").want(200)
	taken := s.post(w.FunderActor, "/v1/withdrawals", fmt.Sprintf(`{"programme":%q,"funder":%q,"account":%q,"amount":{"text":"10.00","currency":"EUR"}}`, w.Payables, w.Funder, own)).want(201)
	if taken.text("record", "purpose") != "withdrawal" {
		t.Errorf("%s", taken.bytes)
	}
}
