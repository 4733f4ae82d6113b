package allocation

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"millrace/domain/id"
	"millrace/domain/money"
)

// told asks whether a text of the documentation stands there as it is computed here.
func told(t *testing.T, text string) {
	t.Helper()
	page, err := os.ReadFile("../../doc/ALLOCATION.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), text) {
		t.Errorf("doc/ALLOCATION.md does not say\n%s", text)
	}
}

// workedAuction is the auction of doc/ALLOCATION.md.
func workedAuction() (Auction, []Bid) {
	auction := anAuction(1_000_000_00, 10_000_00, 500_000_00, 60_000, MarginProRata)
	auction.Currency = 978
	var bids []Bid
	for i, b := range []struct {
		bidder uint64
		rate   money.Rate
		volume money.Minor
	}{{1, 45_000, 300_000_00}, {2, 48_000, 400_000_00}, {3, 50_000, 250_000_00}, {4, 50_000, 350_000_00}, {1, 52_500, 200_000_00}, {5, 62_000, 100_000_00}} {
		bids = append(bids, sealed(&auction, uint64(i+1), party(b.bidder), b.rate, b.volume, int64(i)))
	}
	unopened := sealed(&auction, 7, party(6), 40_000, 500_000_00, 6)
	return auction, append(bids, Bid{ID: unopened.ID, Auction: auction.ID, Bidder: unopened.Bidder, Commitment: unopened.Commitment, At: 6, Sequence: 7})
}

func TestWorkedAuction(t *testing.T) {
	auction, bids := workedAuction()
	result := Solve(&auction, bids)
	if err := Verify(&auction, bids, &result); err != nil {
		t.Fatal(err)
	}
	byID := map[id.Bid]Bid{}
	for _, b := range bids {
		byID[b.ID] = b
	}
	table := "| bid | bidder | rate | volume | before it | gets | reason |\n| --- | --- | ---: | ---: | ---: | ---: | --- |\n"
	for _, a := range result.Awards {
		b := byID[a.Bid]
		rate, volume := b.Rate.String(), money.Format(b.Volume, auction.Currency)
		if b.Opened == 0 {
			rate, volume = "sealed", "sealed"
		}
		table += fmt.Sprintf("| %d | %c | %s | %s | %s | %s | `%s` |\n", b.Sequence, 'A'+rune(b.Bidder.Number()-1), rate, volume,
			money.Format(a.Before, auction.Currency), money.Format(a.Volume, auction.Currency), a.Reason)
	}
	told(t, table)
	told(t, fmt.Sprintf("clears at %s, with %s filled and %s unfilled", result.Clearing, money.Format(result.Filled, 978), money.Format(result.Unfilled, 978)))

	statement := Statement(auction.ID, bids[0].Bidder, Opening{bids[0].Rate, bids[0].Volume, bids[0].Nonce})
	told(t, "```\n"+string(statement)+"```\n")
	told(t, fmt.Sprintf("%x", bids[0].Commitment))
	told(t, fmt.Sprintf("%x", result.Bids))
}

func TestWorkedShares(t *testing.T) {
	decisions := []Decision{
		{Funder: party(1), Amount: 100_000_00, Commitment: 5_000_000_00, Rate: 45_000, Priority: 2},
		{Funder: party(2), Amount: 900_000_00, Commitment: 3_000_000_00, Rate: 47_000, Priority: 1},
		{Funder: party(3), Amount: 900_000_00, Commitment: 4_000_000_00, Rate: 44_000, Priority: 3},
	}
	table := "| funder | takes at most | commitment | priority | by priority | pro rata |\n| --- | ---: | ---: | ---: | ---: | ---: |\n"
	parts := func(a Allocation, funder id.Party) string {
		for _, p := range a.Parts {
			if p.Funder == funder {
				return money.Format(p.Amount, 978)
			}
		}
		return "0.00"
	}
	for _, d := range decisions {
		table += fmt.Sprintf("| %c | %s | %s | %d | %s | %s |\n", 'A'+rune(d.Funder.Number()-1), money.Format(d.Amount, 978), money.Format(d.Commitment, 978), d.Priority,
			parts(ByPriority(1_000_000_00, decisions), d.Funder), parts(ProRata(1_000_000_00, decisions), d.Funder))
	}
	told(t, table)
}
