package api_test

import (
	"fmt"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/lab/load"
)

// minted gives a wallet of the second seller, a load into it that is under way, money that the funder has bound for the
// anchor, and a holding of the second seller's that is offered to the funder.
func (s *site) minted(circle *load.Circle, holding id.Holding) map[string]string {
	s.t.Helper()
	w := circle.World
	m, err := w.Mint(s.submit)
	if err == nil {
		err = m.Load(w.FunderActor, m.Funders, 1_000_00)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	ids := map[string]string{"asset": m.Asset.String(), "wallet": m.Wallets[1].String()}
	ids["digital transfer"] = s.post(w.SellerActors[1], "/v1/wallets/"+ids["wallet"]+"/loads", `{"amount":{"text":"10.00","currency":"EUR"}}`).want(201).text("record", "id")
	ids["bound money"] = s.post(w.FunderActor, "/v1/wallets/"+m.Funders.String()+"/bound-money", fmt.Sprintf(
		`{"bearer":%q,"refund":%q,"class":"suppliers","purpose":"SUPP","until":%q,"evidence":"delivery","portion":"parts","amount":{"text":"500.00","currency":"EUR"}}`,
		w.Anchor, m.Funders, w.Today.AddDays(30))).want(201).text("record", "id")
	expires := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	offer := book.OfferExchange{Holding: holding, Wallet: m.Wallets[1], Buyer: w.Funder, Price: 300_00, Expires: expires.UnixMicro()}
	ids["exchange"] = s.post(w.SellerActors[1], "/v1/exchanges", fmt.Sprintf(`{"holding":%q,"wallet":%q,"buyer":%q,"price":{"text":"300.00","currency":"EUR"},"expires":%q,%s}`,
		holding, m.Wallets[1], w.Funder, expires.Format(time.RFC3339Nano), signed(&circle.Holders[1], offer.Statement()))).want(201).text("record", "id")
	return ids
}

// Digital money goes its whole way over HTTP: an asset and a wallet with the word of the holder of record, a load, a use of
// bound money for a debt, and a holding against its price.
func TestDigitalMoneyOverHTTP(t *testing.T) {
	s := newSite(t)
	f := s.fair()
	w := f.World
	ids := s.minted(f.Circle, f.issue(1, 1_000_00).Holding.ID)
	desk := s.cast()["custodian"]

	proposed := s.post(w.Maker, "/v1/digital-assets", fmt.Sprintf(`{"issuer":%q,"holder_of_record":%q,"currency":"EUR","form":"central_bank","system":"central"}`, w.Custodian, w.Custodian)).want(201)
	s.post(desk, "/v1/digital-assets/"+proposed.text("record", "id")+"/decision", `{"decision":"approve"}`).want(200)
	opened := s.post(w.SellerActors[1], "/v1/wallets", fmt.Sprintf(`{"asset":%q,"party":%q,"address":"cb:1234"}`, proposed.text("record", "id"), w.Sellers[1])).want(201)
	if shown := s.post(desk, "/v1/wallets/"+opened.text("record", "id")+"/decision", `{"decision":"approve"}`).want(200); shown.text("record", "state") != "live" || shown.text("record", "address") != "cb:1234" {
		t.Error(string(shown.bytes))
	}

	s.post(w.Bank, "/v1/digital-transfers/"+ids["digital transfer"]+"/outcome", `{"state":"executed"}`).want(200)
	debt, err := f.Debt(1, "anchor", 400_00, w.Today.AddDays(60))
	if err != nil {
		t.Fatal(err)
	}
	use := fmt.Sprintf(`{"payee":%q,"amount":{"text":"150.00","currency":"EUR"},"purpose":"SUPP","receivable":%q}`, ids["wallet"], debt)
	if used := s.post(w.Buyer, "/v1/bound-money/"+ids["bound money"]+"/uses", use).want(200); used.text("record", "left", "text") != "350.00" || used.text("record", "uses", 0, "receivable") != debt.String() {
		t.Error(string(used.bytes))
	}
	s.post(w.Buyer, "/v1/bound-money/"+ids["bound money"]+"/uses", fmt.Sprintf(`{"payee":%q,"amount":{"text":"1.00","currency":"EUR"},"purpose":"SALA","receivable":%q}`, ids["wallet"], debt)).want(422)

	number, err := id.Parse[id.Exchange](ids["exchange"])
	if err != nil {
		t.Fatal(err)
	}
	payer := s.get(w.FunderActor, "/v1/wallets").want(200).text("items", 0, "id")
	wallet, err := id.Parse[id.Wallet](payer)
	if err != nil {
		t.Fatal(err)
	}
	accept := book.AcceptExchange{Exchange: number, Wallet: wallet, Price: money.Minor(300_00)}
	settled := s.post(w.FunderActor, "/v1/exchanges/"+ids["exchange"]+"/acceptance",
		fmt.Sprintf(`{"wallet":%q,"price":{"text":"300.00","currency":"EUR"},%s}`, payer, signed(&f.Lender, accept.Statement()))).want(200)
	if settled.text("record", "state") != "settled" {
		t.Error(string(settled.bytes))
	}
	if mine := s.get(w.SellerActors[1], "/v1/wallets/"+ids["wallet"]).want(200); mine.text("available", "text") != "460.00" {
		t.Error(string(mine.bytes))
	}
}
