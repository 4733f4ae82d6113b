package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"millrace/domain/allocation"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
)

// A sheet of a sold auction is verified from its file alone, and one in which something was changed is not.
func TestVerifyAuction(t *testing.T) {
	euro, _ := money.ParseCurrency("EUR")
	rules := allocation.Auction{
		ID: id.Make[id.Auction](1, 1), Programme: id.Make[id.Programme](1, 1), Seller: id.Make[id.Party](1, 9), Volume: 100_00, Lot: 100_00, Least: 100_00,
		Reserve: 60_000, Closes: 100, Reveals: 200, Currency: euro, Margin: allocation.MarginWhole, Disclosure: allocation.DiscloseSealed,
	}
	var bids []allocation.Bid
	for n, rate := range []money.Rate{45_000, 42_000} {
		bidder, opening := id.Make[id.Party](1, uint64(n+1)), allocation.Opening{Rate: rate, Volume: 100_00, Nonce: [32]byte{byte(n)}}
		bids = append(bids, allocation.Bid{
			ID: id.Make[id.Bid](1, uint64(n+1)), Auction: rules.ID, Bidder: bidder, Commitment: allocation.Commitment(rules.ID, bidder, opening), Nonce: opening.Nonce,
			Volume: opening.Volume, Rate: rate, At: int64(n), Sequence: uint64(n + 1), Opened: 150,
		})
	}
	result := allocation.Solve(&rules, bids)
	sheet := view.SheetOf(allocation.ViewFor(bids[0].Bidder, &rules, bids, &result))
	file := filepath.Join(t.TempDir(), "sheet.json")
	write := func() {
		content, err := json.Marshal(sheet)
		if err == nil {
			err = os.WriteFile(file, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write()
	if v := last[auctionVerdict](t, must(t, 0, "verify", "auction", "--json", file)); !v.Verified || v.Bids != 2 || v.Clearing != 42_000 || v.Complete {
		t.Errorf("%+v", v)
	}
	must(t, 0, "verify", "auction", file)
	sheet.Awards[0].Volume = 100_00
	write()
	must(t, 1, "verify", "auction", file)
	sheet.Format = "another"
	write()
	must(t, 2, "verify", "auction", file)
	must(t, 2, "verify", "auction", filepath.Join(t.TempDir(), "missing"))
}
