package api_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// made is what an event of a kind says, among those that a command brought.
func made[E book.Event](events []book.Event) E {
	for _, e := range events {
		if wanted, ok := e.(E); ok {
			return wanted
		}
	}
	panic("api: no such event")
}

// lending is a live programme of loans on orders, with money in it.
func (s *site) lending() id.Programme {
	s.t.Helper()
	w := s.world
	terms := product.ReceivablesDiscounting(uint16(trade.Ordered))
	terms.Name, terms.Technique, terms.Assignment, terms.Undertaking = "Order loan", "pre_shipment_finance", product.Pledge, product.UndertakingNone
	terms.Disclosed, terms.AdvanceRate, terms.FeeRate, terms.FeeMinimum, terms.SellerLimit = false, 500_000, 0, 0, false
	offered := made[*book.ProductProposed](s.give(w.Maker, &book.ProposeProduct{Terms: terms})).Product.ID
	s.give(w.Checker, &book.ApproveProduct{Product: offered})
	p := made[*book.ProgrammeProposed](s.give(w.Maker, &book.ProposeProgramme{
		Product: offered, Anchor: w.Anchor, Custodian: w.Custodian, Currency: w.Currency, Calendar: 1,
		Funders: []funding.Funder{{Party: w.Funder, Priority: 1, Rate: 72_000}}, ReferAbove: 1_000_000_00, ApproveAbove: 1_000_000_00,
	})).Programme.ID
	s.give(w.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range []credit.LimitKey{{Kind: credit.BuyerLimit, Programme: p, Party: w.Anchor}, {Kind: credit.ProgrammeLimit, Programme: p}, {Kind: credit.FunderLimit, Programme: p, Party: w.Funder}} {
		key.Currency = w.Currency
		limit := made[*book.LimitProposed](s.give(w.Maker, &book.ProposeLimit{Key: key, Amount: 1_000_000_00, Expires: w.Today.AddDays(200)})).Limit.ID
		s.give(w.Checker, &book.ApproveLimit{Limit: limit})
	}
	s.give(w.Bank, &book.RecordReceipt{Programme: p, Funder: w.Funder, Line: load.Token("funds of loans"), Amount: 1_000_000_00, Currency: w.Currency, Value: w.Today, Booking: w.Today})
	return p
}

// A line goes from proposal to a story over HTTP: drawn on an order, repaid in part by the seller, repaid for the rest by the financing
// of the invoice. Only its seller, its funder, the operator and the auditor see it.
func TestALineOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	p := s.lending()
	seller := w.SellerActors[1]
	line := s.post(w.FunderActor, "/v1/lines", fmt.Sprintf(`{"seller":%q,"funder":%q,"amount":{"text":"50000.00","currency":"EUR"},"programmes":[%q,%q],"expires":%q}`,
		w.Sellers[1], w.Funder, p, w.Discounting, w.Today.AddDays(90))).want(201).text("record", "id")
	if got := s.post(w.FunderActor, "/v1/lines/"+line+"/approval", ""); got.want(403).text("code") != "second_person" {
		t.Errorf("%s", got.bytes)
	}
	s.post(s.newActor(w.Funder, party.Funder), "/v1/lines/"+line+"/approval", "").want(200)
	l := s.life(31, 1)
	deal := s.get(w.Maker, "/v1/trades?limit=1").want(200).text("items", 0, "id")
	quote := s.post(seller, "/v1/trades/"+deal+"/quotes", fmt.Sprintf(`{"programme":%q,"payee":%q,"due":%q,"line":%q}`, p, w.Accounts[1], w.Today.AddDays(60), line)).want(201)
	f := quote.text("record", "id")
	if quote.text("record", "stage") != "on_order" || quote.text("record", "trade") != deal || quote.text("record", "line") != line {
		t.Fatalf("%s", quote.bytes)
	}
	s.post(seller, "/v1/financings/"+f+"/acceptance", "").want(200)
	s.post(w.Maker, "/v1/financings/"+f+"/disbursement", "").want(200)
	paid := s.get(w.Maker, "/v1/payments?limit=1").want(200).text("items", 0, "id")
	of, _ := id.Parse[id.Payment](paid)
	s.give(w.Bank, &book.RecordOutcome{Payment: of, State: payment.Executed, Value: w.Today})
	receipt := made[*book.ReceiptRecorded](s.give(w.Bank, &book.RecordReceipt{
		Programme: p, Line: load.Token("of the seller"), Amount: 100_00, Currency: w.Currency, Value: w.Today, Booking: w.Today,
	})).Receipt.ID
	s.post(w.Maker, "/v1/allocations", fmt.Sprintf(`{"receipt":%q,"financing":%q,"receivable":"rcv_1-1-E","amount":{"text":"100.00","currency":"EUR"},"payer":"seller"}`, receipt, f)).want(422)
	s.post(w.Maker, "/v1/allocations", fmt.Sprintf(`{"receipt":%q,"financing":%q,"amount":{"text":"100.00","currency":"EUR"},"payer":"seller"}`, receipt, f)).want(201)
	s.live(l, 1, 5)
	r := s.get(w.Maker, "/v1/receivables?limit=1").want(200).text("items", 0, "id")
	replacing := s.post(seller, "/v1/quotes", fmt.Sprintf(`{"receivable":%q,"programme":%q,"payee":%q}`, r, w.Discounting, w.Accounts[1])).want(201)
	if replacing.text("record", "conversions", 0, "financing") != f || replacing.text("record", "line") != line {
		t.Fatalf("%s", replacing.bytes)
	}
	story := s.get(seller, "/v1/lines/"+line).want(200)
	for i, what := range []string{"line", "line", "document", "advanced", "paid_by_seller", "document", "document", "document"} {
		if got := story.text("story", i, "what"); got != what || story.text("story", i, "sentence") == "" {
			t.Errorf("step %d is %s, not %s: %s", i, got, what, story.text("story", i, "sentence"))
		}
	}
	s.get(w.SellerActors[0], "/v1/lines/"+line).want(404)
	s.get(w.Buyer, "/v1/lines/"+line).want(403)
	s.post(w.Maker, "/v1/lines/"+line+"/state", `{"state":"suspended"}`).want(200)
	if got := s.post(seller, "/v1/financings/"+replacing.text("record", "id")+"/acceptance", ""); got.want(409).text("code") != "line_state" {
		t.Errorf("%s", got.bytes)
	}
	if got := s.get(w.FunderActor, "/v1/lines?state=suspended").want(200).text("items", 0, "id"); got != line {
		t.Errorf("the list has %s", got)
	}
}
