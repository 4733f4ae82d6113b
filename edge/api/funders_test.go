package api_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/product"
	"millrace/edge/productfile"
	"millrace/lab/load"
	"millrace/products"
)

func dynamic(t testing.TB) product.Terms {
	content, _ := products.File("dynamic-discounting")
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return terms
}

// openReceivable leads a life of the second seller to a confirmed receivable.
func (s *site) openReceivable(number uint64) string {
	s.t.Helper()
	s.life(number, load.Live)
	return s.get(s.world.Maker, "/v1/receivables?limit=1").want(200).text("items", 0, "id")
}

// funded gives a placement, an offer to pay early, an early payment and an instruction, all of the second seller's.
func (s *site) funded() map[string]string {
	s.t.Helper()
	w := s.world
	m, err := w.Syndicate(s.submit, 3, funding.Reshared)
	if err != nil {
		s.t.Fatal(err)
	}
	early, err := w.EarlyPayer(s.submit, dynamic(s.t), 1_000_000_00)
	if err != nil {
		s.t.Fatal(err)
	}
	ids := map[string]string{}
	r := s.openReceivable(7901)
	part := s.post(w.SellerActors[1], "/v1/quotes", fmt.Sprintf(`{"receivable":%q,"programme":%q,"payee":%q}`, r, m.Programme, w.Accounts[1])).want(201)
	ids["placement"] = part.text("record", "placement")
	offer := fmt.Sprintf(`{"programme":%q,"steps":[{"days":1,"rate":"6"},{"days":30,"rate":"8"}],"budget":{"text":"500000.00","currency":"EUR"},"from":%q,"until":%q}`,
		early, w.Today, w.Today.AddDays(60))
	ids["early offer"] = s.post(w.Buyer, "/v1/early-offers", offer).want(201).text("record", "id")
	r = s.openReceivable(7903)
	ids["early payment"] = s.post(w.SellerActors[1], "/v1/early-offers/"+ids["early offer"]+"/acceptance",
		fmt.Sprintf(`{"receivables":[%q],"payee":%q,"discount_most":{"text":"10000.00","currency":"EUR"}}`, r, w.Accounts[1])).want(201).text("record", "id")
	c := w.Instruction(1, book.InstructionTerms{Programmes: []id.Programme{m.Programme}, AmountMost: 1, TotalMost: 1, CostMost: 1, Until: w.Today.AddDays(30)})
	for _, e := range s.give(w.SellerActors[1], c) {
		if given, ok := e.(*book.InstructionGiven); ok {
			ids["instruction"] = given.Instruction.ID.String()
		}
	}
	return ids
}

// Three funders share a receivable over HTTP: the seller sees the placement, and each funder its own part.
func TestAPlacementOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	m, err := w.Syndicate(s.submit, 3, funding.Reshared)
	if err != nil {
		t.Fatal(err)
	}
	for _, actor := range m.BidderActors[1:] {
		s.addKey(actor)
	}
	r := s.openReceivable(7901)
	part := s.post(w.SellerActors[1], "/v1/quotes", fmt.Sprintf(`{"receivable":%q,"programme":%q,"payee":%q}`, r, m.Programme, w.Accounts[1])).want(201)
	placement := "/v1/placements/" + part.text("record", "placement")
	whole := s.get(w.SellerActors[1], placement).want(200)
	second := whole.text("parts", 1, "financing", "id")
	s.get(m.BidderActors[1], "/v1/financings/"+second).want(200)
	s.get(m.BidderActors[0], "/v1/financings/"+second).want(404)
	s.get(m.BidderActors[1], placement).want(403)
	s.get(w.Buyer, placement).want(403)
	s.post(w.SellerActors[1], "/v1/financings/"+second+"/acceptance", "").want(409)
	s.post(w.SellerActors[1], placement+"/acceptance", "").want(200)
	if got := s.post(w.Maker, placement+"/disbursement", "").want(200).text("record", "parts", 2, "financing", "state"); got != "disbursing" {
		t.Error(got)
	}
	for i, actor := range m.BidderActors {
		story := string(s.get(actor, "/v1/stories/"+r).want(200).bytes)
		for j, other := range m.Bidders {
			if i != j && strings.Contains(story, other.String()) {
				t.Errorf("funder %d sees in the story of the receivable that funder %d takes part: %s", i, j, story)
			}
		}
		if strings.Contains(story, "not placed") {
			t.Errorf("funder %d sees what was offered to others", i)
		}
	}
	if story := string(s.get(w.Buyer, "/v1/stories/"+r).want(200).bytes); strings.Contains(story, "funders of") {
		t.Error("the buyer sees that its invoice was offered to funders")
	}
}

// A buyer pays early, and a seller instructs, over HTTP.
func TestEarlyPaymentsAndInstructionsOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	ids := s.funded()
	paid := s.get(w.SellerActors[1], "/v1/early-payments/"+ids["early payment"]).want(200)
	if paid.text("state") != "paying" || strings.Contains(string(paid.bytes), `"fee"`) {
		t.Errorf("%s", paid.bytes)
	}
	if s.get(w.Buyer, "/v1/early-payments/"+ids["early payment"]).want(200).text("fee", "text") == "" {
		t.Error("the buyer does not see its fee")
	}
	if strings.Contains(string(s.get(w.SellerActors[1], "/v1/early-offers/"+ids["early offer"]).want(200).bytes), `"budget"`) {
		t.Error("a seller sees what cash the buyer has")
	}
	s.post(w.Buyer, "/v1/early-offers/"+ids["early offer"]+"/withdrawal", "").want(200)
	s.post(w.SellerActors[1], "/v1/instructions/"+ids["instruction"]+"/revocation", "").want(200)
	body := fmt.Sprintf(`{"seller":%q,"programmes":[%q],"payee":%q,"amount_most":{"text":"100000.00","currency":"EUR"},"total_most":{"text":"200000.00","currency":"EUR"},"cost_most":"6","price_least":"97","until":%q`,
		w.Sellers[1], w.Payables, w.Accounts[1], w.Today.AddDays(30))
	statement := s.post(w.SellerActors[1], "/v1/statements/give_instruction", `{"body":`+body+`}}`).want(200).text("statement")
	signer := w.Signers[w.Sellers[1]]
	one := signer.Sign([]byte(statement))
	given := s.post(w.SellerActors[1], "/v1/instructions", body+fmt.Sprintf(`,"signatures":[{"key":%q,"signature":%q}]}`, signer.Key, hex.EncodeToString(one.Bytes[:]))).want(201)
	r := s.openReceivable(905)
	if s.get(w.SellerActors[1], "/v1/receivables/"+r).want(200).text("financing") == "" {
		t.Errorf("%s financed nothing", given.text("record", "id"))
	}
}
