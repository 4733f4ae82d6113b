package api_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/movement"
	"millrace/domain/party"
	"millrace/lab/load"
)

// yard adds a keeper and a programme that lends on stock to the world, with keys.
func (s *site) yard() *load.Yard {
	s.t.Helper()
	y, err := s.world.Yard(s.submit)
	if err != nil {
		s.t.Fatal(err)
	}
	s.addKey(y.KeeperActor)
	return y
}

// stocked is one record of each kind about the stock and the pool of the matrix's seller.
func (s *site) stocked() map[string]string {
	s.t.Helper()
	y := s.yard()
	seller, w := s.world.SellerActors[1], s.world
	check := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	check(y.Price(s.submit, 8_400_00))
	free, err := y.Store(s.submit, 1, 5, "free")
	check(err)
	pledged, err := y.Store(s.submit, 1, 12, "pledged")
	check(err)
	financing, err := y.Borrow(s.submit, 1, 50_000_00, pledged)
	check(err)
	s.give(y.KeeperActor, &book.RecordMovement{
		Report: movement.Report{
			Kind: movement.Counted, Source: movement.StockCount, Observed: 1_700_000_000_000_000, Location: movement.Token(load.Token("shed 1")),
			Goods: []movement.Goods{{Item: movement.Token(load.Token("copper")), Quantity: 17_000_000, Unit: "TNE"}},
		},
		Owner: []party.Token{party.Token(load.Token("party " + load.SellerName(1)))}, Identity: movement.Token{9}, Content: movement.Token{8}, Index: 1, Channel: "test",
	})
	more, err := y.Store(s.submit, 1, 1, "more")
	check(err)
	s.give(w.SellerActors[1], &book.MoveWarehouseReceipts{Step: inventory.Pledge, Receipts: []id.WarehouseReceipt{more}, Financing: financing})
	check(y.Price(s.submit, 4_800_00))
	last := id.WarehouseReceipt(0)
	for _, e := range s.give(seller, &book.MoveWarehouseReceipts{Step: inventory.Split, Receipts: []id.WarehouseReceipt{free}, Parts: []inventory.Quantity{1_000_000, 4_000_000}}) {
		last = e.(*book.WarehouseReceiptsMoved).Made[0].ID
	}
	for _, e := range s.give(seller, &book.MoveWarehouseReceipts{Step: inventory.Pledge, Receipts: []id.WarehouseReceipt{last}, Financing: financing}) {
		if called, is := e.(*book.MarginAssessed); is {
			l := s.world.NewLife(901)
			s.live(&l, 0, 5)
			pool := s.post(seller, "/v1/pools", fmt.Sprintf(`{"programme":%q,"receivables":[%q]}`, y.Programme, s.newestOf("/v1/receivables"))).want(201).text("record", "id")
			base := s.post(seller, "/v1/pools/"+pool+"/bases", "").want(201).text("record", "id")
			return map[string]string{
				"stock": last.String(), "pledged stock": s.newestOf("/v1/warehouse-receipts"), "stock price": s.newestOf("/v1/stock-prices"),
				"stock count": s.newestOf("/v1/stock-counts"), "margin call": called.Call.Call.ID.String(), "collateral": s.newestOf("/v1/collateral-terms"), "pool": pool, "base": base,
			}
		}
	}
	s.t.Fatal("no margin was called")
	return nil
}

// newestOf is the id of the newest record of a list.
func (s *site) newestOf(path string) string {
	s.t.Helper()
	return s.get(s.world.Maker, path+"?limit=1").want(200).text("items", 0, "id")
}

// A keeper issues a receipt; its owner asks for a loan on it, and what a base or a step does shows by HTTP.
func TestStockOverHTTP(t *testing.T) {
	s := newSite(t)
	w, y := s.world, s.yard()
	today := w.Today.String()
	price := s.post(w.Maker, "/v1/stock-prices", fmt.Sprintf(`{"lot":{"goods":"CU-CATHODE","quality":"A","unit":"TNE"},"amount":{"text":"8400.00","currency":"EUR"},"per":"1","date":%q,"source":"exchange"}`, today)).want(201)
	s.post(w.Maker, "/v1/stock-prices/"+price.text("record", "id")+"/approval", `{"decision":"approve"}`).want(403)
	if live := s.post(w.Checker, "/v1/stock-prices/"+price.text("record", "id")+"/approval", `{"decision":"approve"}`).want(200); live.text("record", "state") != "live" {
		t.Fatalf("%s", live.bytes)
	}
	issue := fmt.Sprintf(`{"number":"WR-77","location":{"scheme":"GLN","value":"4000001000005"},"lot":{"goods":"CU-CATHODE","quality":"A","unit":"TNE"},"quantity":"60","owner":%q,"stored":%q}`, w.Sellers[0], today)
	receipt := s.post(y.KeeperActor, "/v1/warehouse-receipts", issue).want(201)
	if receipt.text("record", "number") != "WR-77" || receipt.text("record", "quantity") != "60" || receipt.text("record", "state") != "free" {
		t.Fatalf("%s", receipt.bytes)
	}
	if twice := s.post(y.KeeperActor, "/v1/warehouse-receipts", issue); twice.want(409).text("code") != "receipt_number_used" {
		t.Fatalf("%s", twice.bytes)
	}
	path := "/v1/warehouse-receipts/" + receipt.text("record", "id")
	split := s.post(w.SellerActors[0], path+"/steps", `{"step":"split","parts":["10","50"]}`).want(200)
	s.post(w.SellerActors[0], path+"/steps", `{"step":"split","parts":["10","50"]}`).want(409)
	quoted := s.post(w.SellerActors[0], "/v1/stock-quotes", fmt.Sprintf(`{"programme":%q,"receipts":[%q],"payee":%q,"due":%q}`, y.Programme, split.text("record", "id"), w.Accounts[0], w.Today.AddDays(60))).want(201)
	if quoted.text("record", "state") != "quoted" || quoted.text("record", "price", "principal", "text") != "45360.00" {
		t.Fatalf("%s", quoted.bytes)
	}
	s.post(w.SellerActors[0], "/v1/financings/"+quoted.text("record", "id")+"/acceptance", "").want(200)
	if story := s.get(w.SellerActors[0], "/v1/stories/"+split.text("record", "id")).want(200); !strings.Contains(string(story.bytes), "was pledged to") {
		t.Fatalf("%s", story.bytes)
	}
	terms := fmt.Sprintf(`{"cure_days":5,"stock":{"price_age_days_max":10,"haircut":"12","ratio_target":"65","ratio_trigger":"80","cure_days":5,"sale_cost":"2","release_step":"1"},
		"base":{"advance_rate":"75","overdue_days_max":30,"unconfirmed":"counts","foreign":"counts","cap_basis":"of_eligible","obligor_cap":"40","limit_of_facility":{"text":"1000000.00","currency":"EUR"}}}`)
	proposed := s.post(w.FunderActor, "/v1/programmes/"+y.Programme.String()+"/collateral-terms", terms).want(201)
	if live := s.post(w.Maker, "/v1/collateral-terms/"+proposed.text("record", "id")+"/approval", "").want(200); live.text("record", "base", "obligor_cap") != "40.0000" {
		t.Fatalf("%s", live.bytes)
	}
	l := s.world.NewLife(0)
	s.live(&l, 0, 5)
	pool := s.post(w.SellerActors[0], "/v1/pools", fmt.Sprintf(`{"programme":%q,"receivables":[%q]}`, y.Programme, s.newestOf("/v1/receivables"))).want(201).text("record", "id")
	base := s.post(w.SellerActors[0], "/v1/pools/"+pool+"/bases", "").want(201)
	if base.json("record", "items", 0, "counts") != true || base.text("record", "rows", 0, "line") != "gross" {
		t.Fatalf("%s", base.bytes)
	}
}
