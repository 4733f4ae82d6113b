package api_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/edge/view"
	"millrace/lab/load"
	"millrace/products"
)

// What is found for a need is asked for in a bulk, and every quote is the price that was shown.
func TestANeedIsMetInTwoSteps(t *testing.T) {
	s := newSite(t)
	w := s.world
	for n := range uint64(12) {
		s.life(2*n, load.Live) // of the first seller
	}
	s.life(100, 4) // not confirmed
	s.life(102, 7) // financed
	day := w.Today.AddDays(3).String()
	path := fmt.Sprintf("/v1/selection?programme=%s&payee=%s&amount=12000.00&day=%s", w.Payables, w.Accounts[0], day)
	seller := w.SellerActors[0]
	answered := s.get(seller, path).want(200)
	var found view.Selection
	if err := json.Unmarshal(answered.bytes, &found); err != nil {
		t.Fatal(err)
	}
	if len(found.Picks) == 0 || found.Net.Minor < 12_000_00 || found.Above.Minor != found.Net.Minor-12_000_00 || found.Proof != "whole" || found.Candidates != 12 || found.LeftOutOf != 2 {
		t.Fatalf("%s", answered.bytes)
	}
	codes := map[string]int{}
	for _, left := range found.LeftOut {
		codes[left.Code]++
	}
	if codes["already_financed"] != 1 || codes["evidence_missing"]+codes["undertaking_missing"] != 1 {
		t.Errorf("%v", codes)
	}
	var commands []string
	net, cost := int64(0), int64(0)
	for _, pick := range found.Picks {
		net, cost = net+pick.Net.Minor, cost+pick.Cost.Minor
		commands = append(commands, fmt.Sprintf(`{"command":"request_quote","body":{"receivable":%q,"programme":%q,"payee":%q}}`, pick.Receivable, w.Payables, w.Accounts[0]))
	}
	if net != found.Net.Minor || cost != found.Cost.Minor {
		t.Errorf("%d and %d: %s", net, cost, answered.bytes)
	}
	var answers []struct {
		Status  int
		Records []string
	}
	if err := json.Unmarshal(s.post(seller, "/v1/commands", "["+strings.Join(commands, ",")+"]").want(200).bytes, &answers); err != nil {
		t.Fatal(err)
	}
	for i, a := range answers {
		if a.Status != 201 {
			t.Fatalf("%d: %+v", i, a)
		}
		quote := s.get(seller, "/v1/financings/"+a.Records[0]).want(200)
		pick, price := found.Picks[i], quote.json("price").(map[string]any)
		for name, want := range map[string]view.Amount{"net": pick.Net, "discount": pick.Discount, "fee": pick.Fee} {
			if got := price[name].(map[string]any)["text"]; got != want.Text {
				t.Errorf("%s: %v, not %s", name, got, want)
			}
		}
		if price["annual_cost"] == nil || price["if_late"] == nil {
			t.Errorf("%s", quote.bytes)
		}
	}
	if more := s.get(seller, strings.Replace(path, "12000.00", "99000000", 1)).want(200); more.text("proof") != "too_little" || more.json("missing") == nil {
		t.Errorf("%s", more.bytes)
	}
	if late := s.get(seller, strings.Replace(path, day, w.Today.AddDays(400).String(), 1)).want(200); late.json("candidates") != 0.0 || late.text("left_out", 0, "code") == "" {
		t.Errorf("%s", late.bytes)
	}
}

func TestANeedThatCannotBeAsked(t *testing.T) {
	s := newSite(t)
	w := s.world
	ask := func(programme, payee, amount, day string) string {
		return fmt.Sprintf("/v1/selection?programme=%s&payee=%s&amount=%s&day=%s", programme, payee, amount, day)
	}
	p, own, today := w.Payables.String(), w.Accounts[0].String(), w.Today.String()
	s.life(0, 4) // so that the seller sees the programmes of its buyer
	seller := w.SellerActors[0]
	s.get(seller, ask(p, own, "1", today)).want(200)
	for path, code := range map[string]string{
		ask(p, w.Accounts[1].String(), "1", today):                "bank_account_unknown",
		ask(p, own, "0", today):                                   "amount_invalid",
		ask(p, own, "1", w.Today.AddDays(-1).String()):            "date_invalid",
		ask(p, own, "1.001", today):                               "request_invalid",
		ask(p, own, "1", "soon"):                                  "request_invalid",
		ask("prg", own, "1", today):                               "request_invalid",
		ask(p, s.unverified(), "1", today):                        "bank_account_state",
		"/v1/selection?programme=" + p + "&payee=" + own + "&x=1": "request_invalid",
	} {
		if refused := s.get(seller, path); refused.status/100 != 4 || refused.text("code") != code {
			t.Errorf("%s: %s", path, refused.bytes)
		}
	}
	s.get(w.SellerActors[1], ask(p, w.Accounts[1].String(), "1", today)).want(404) // it has not sold to the anchor
	s.get(w.Buyer, ask(p, own, "1", today)).want(403)
	s.get(w.FunderActor, ask(p, own, "1", today)).want(403)
	s.get(w.Maker, ask(p, own, "1", today)).want(200)
}

// unverified is a bank account of the first seller that waits for a second person.
func (s *site) unverified() string {
	s.t.Helper()
	w := s.world
	account := s.give(w.Maker, &book.ProposeBankAccount{Party: w.Sellers[0], Currency: w.Currency, Token: [16]byte(load.Token("another")), Details: sha256.Sum256([]byte("another"))})
	return account[0].(*book.BankAccountProposed).Account.ID.String()
}

func TestAProductIsProposedAsItsFile(t *testing.T) {
	s := newSite(t)
	w := s.world
	content, _ := products.File("factoring")
	keyed := func(media string) header { return header{"Idempotency-Key": s.key(), "Content-Type": media} }
	proposed := s.send(w.Maker, "POST", "/v1/products", string(content), keyed("application/yaml")).want(201)
	product := proposed.text("record", "id")
	s.get(w.SellerActors[0], "/v1/products/"+product+"/file").want(404)
	s.post(w.Checker, "/v1/products/"+product+"/approval", "").want(200)
	file := s.get(w.SellerActors[0], "/v1/products/"+product+"/file").want(200)
	if media := file.header.Get("Content-Type"); media != "application/yaml" {
		t.Error(media)
	}
	// What is given back is the same product: proposed again, it is given back the same.
	again := s.send(w.Maker, "POST", "/v1/products", string(file.bytes), keyed("application/yaml; charset=utf-8")).want(201)
	if second := s.get(w.Maker, "/v1/products/"+again.text("record", "id")+"/file").want(200); string(second.bytes) != string(file.bytes) {
		t.Errorf("%s", second.bytes)
	}
	wrong := strings.NewReplacer("rate: 80 %", "rate: much", "currency: EUR", "currency: XYZ", "name:", "nom:").Replace(string(content))
	refused := s.send(w.Maker, "POST", "/v1/products", wrong, keyed("application/yaml")).want(422)
	listed := refused.json("errors").([]any)
	if refused.text("code") != "product_file_invalid" || len(listed) < 3 {
		t.Fatalf("%s", refused.bytes)
	}
	for _, one := range listed {
		if one := one.(map[string]any); one["line"] == nil || one["message"] == "" || one["code"] == "" {
			t.Errorf("%v", one)
		}
	}
	inJSON := func(text string) string {
		encoded, _ := json.Marshal(map[string]string{"file": text})
		return string(encoded)
	}
	s.post(w.Maker, "/v1/products", inJSON(string(content))).want(201)
	s.post(w.Maker, "/v1/products", inJSON(wrong)).want(422)
	s.post(w.Maker, "/v1/products", `{}`).want(422)
	s.send(w.Maker, "POST", "/v1/products", "", keyed("application/yaml")).want(400)
	s.send(w.Maker, "POST", "/v1/products", strings.Repeat("#", 1<<20), keyed("application/yaml")).want(413)
	s.send(w.SellerActors[0], "POST", "/v1/products", string(content), keyed("application/yaml")).want(403)
	s.get(w.Maker, "/v1/products/"+s.get(w.Maker, "/v1/products?order=oldest").text("items", 0, "id")+"/file").want(404)
	s.post(w.Maker, "/v1/products/"+product+"/retirement", "").want(403)
	if retired := s.post(w.Checker, "/v1/products/"+product+"/retirement", "").want(200); retired.text("record", "state") != "retired" {
		t.Errorf("%s", retired.bytes)
	}
}
