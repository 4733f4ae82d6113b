package api_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/lab/load"
)

func TestLifeOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.life(1, 4)
	receivable := s.get(w.Maker, "/v1/receivables?after=1").want(200).text("items", 0, "id")
	amount := s.get(w.Maker, "/v1/receivables/"+receivable).want(200).text("outstanding", "text")
	seller := w.SellerActors[1]

	undertaking := `{"undertaking":"irrevocable","amount":{"text":"` + amount + `","currency":"EUR"}}`
	signatures := s.signed(w.Buyer, "confirm", receivable, undertaking, w.Signatories[0].Key, load.PrivateKey("first"))
	confirmed := s.post(w.Buyer, "/v1/receivables/"+receivable+"/confirmation", with(undertaking, signatures)).want(200)
	if confirmed.text("record", "undertaking") != "irrevocable" {
		t.Fatalf("%s", confirmed.bytes)
	}
	quote := s.post(seller, "/v1/quotes", fmt.Sprintf(`{"receivable":%q,"programme":%q,"payee":%q}`, receivable, w.Payables, w.Accounts[1])).want(201)
	financing := quote.text("record", "id")
	if state := quote.text("record", "state"); state != "quoted" {
		t.Fatalf("%s: %s", state, quote.bytes)
	}
	s.post(seller, "/v1/financings/"+financing+"/acceptance", "").want(200)
	s.post(w.Maker, "/v1/financings/"+financing+"/disbursement", "").want(200)
	payment := s.get(w.Bank, "/v1/payments").want(200).text("items", 0, "id")
	s.post(w.Bank, "/v1/payments/"+payment+"/outcome", fmt.Sprintf(`{"state":"executed","reference":"b1","value":%q}`, w.Today)).want(200)
	paid := fmt.Sprintf(`{"programme":%q,"reference":"line 1","amount":{"text":%q,"currency":"EUR"},"value":%q,"booking":%q,"text":"Invoice 1"}`,
		w.Payables, amount, w.Today, w.Today)
	took := s.post(w.Bank, "/v1/receipts", paid).want(201)
	if again := s.post(w.Bank, "/v1/receipts", paid).want(201); again.text("record", "outcome") != "repeated" {
		t.Fatalf("%s", again.bytes)
	}
	s.post(w.Maker, "/v1/allocations", fmt.Sprintf(`{"receipt":%q,"receivable":%q,"amount":{"text":%q,"currency":"EUR"},"payer":"buyer"}`,
		took.text("record", "receipt", "id"), receivable, amount)).want(201)
	closed := s.post(w.Maker, "/v1/financings/"+financing+"/closing", "").want(200)
	if closed.text("record", "state") != "closed" {
		t.Fatalf("%s", closed.bytes)
	}
	story := s.get(w.Maker, "/v1/stories/"+receivable+"?order=oldest").want(200)
	if !strings.Contains(string(story.bytes), "irrevocably") {
		t.Fatalf("%s", story.bytes)
	}
	s.get(w.Maker, fmt.Sprintf("/v1/overview?after=%v", closed.json("entry", "sequence"))).want(200)
}
