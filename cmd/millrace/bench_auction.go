package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"millrace/domain/allocation"
	"millrace/domain/id"
	"millrace/domain/money"
)

// auction measures how long 1,000 opened bids of 100 funders take to become a result, and that to be verified; shared pro rata at the
// margin, which is the dearest rule.
func (c *benchCommand) auction(_ context.Context, f *figures) error {
	const count = 1000
	euro, _ := money.ParseCurrency("EUR")
	rules := allocation.Auction{
		ID: id.Make[id.Auction](1, 1), Programme: id.Make[id.Programme](1, 1), Seller: id.Make[id.Party](1, 1), Volume: 10_000_000_00, Lot: 10_000_00,
		Reserve: 60_000, Closes: count + 1, Reveals: count + 3, Currency: euro, Margin: allocation.MarginProRata, Disclosure: allocation.DiscloseOpened,
	}
	bids := make([]allocation.Bid, count)
	for i := range bids {
		bidder := id.Make[id.Party](1, uint64(2+i%100))
		opening := allocation.Opening{Rate: money.Rate(40_000 + i*7919%200*100), Volume: money.Minor(1+i*31%40) * rules.Lot}
		binary.BigEndian.PutUint64(opening.Nonce[:], uint64(i))
		bids[i] = allocation.Bid{
			ID: id.Make[id.Bid](1, uint64(i+1)), Auction: rules.ID, Bidder: bidder, Commitment: allocation.Commitment(rules.ID, bidder, opening), Nonce: opening.Nonce,
			Volume: opening.Volume, Rate: opening.Rate, At: int64(i), Sequence: uint64(i + 1), Opened: count + 2,
		}
	}
	var result allocation.Result
	rounds, began := 0, time.Now()
	for ; time.Since(began) < c.Seconds/12; rounds++ {
		result = allocation.Solve(&rules, bids)
	}
	f.AuctionUs = time.Since(began).Microseconds() / int64(max(1, rounds))
	rounds, began = 0, time.Now()
	for ; time.Since(began) < c.Seconds/12; rounds++ {
		if err := allocation.Verify(&rules, bids, &result); err != nil {
			return fmt.Errorf("the result is not right: %w", err)
		}
	}
	f.AuctionVerifyUs = time.Since(began).Microseconds() / int64(max(1, rounds))
	return nil
}
