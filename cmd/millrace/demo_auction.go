package main

import (
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"time"

	"millrace/book"
	"millrace/domain/allocation"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/edge/view"
)

// demoClock is the machine's clock, put on where the story would have to wait.
type demoClock struct{ ahead atomic.Int64 } // microseconds

func (c *demoClock) now() int64           { return time.Now().UnixMicro() + c.ahead.Load() }
func (c *demoClock) pass(d time.Duration) { c.ahead.Add(d.Microseconds()) }

// reach puts the clock on to a moment, in microseconds since 1970; it never goes back.
func (c *demoClock) reach(at int64) {
	if missing := at - c.now(); missing > 0 {
		c.ahead.Add(missing)
	}
}

// bidding is for how long bids are taken in the demo, and then opened.
const bidding = time.Minute

// demoBid is one funder's word in the auction of the story.
type demoBid struct {
	bidder id.Party
	rate   money.Rate
	bid    id.Bid
	nonce  [32]byte
}

// auctioned tells whether a receivable is the one that the story puts up: the first clean one in a programme of several funders.
func (s *story) auctioned(r *receivable.Receivable) (bool, error) {
	if s.sold != 0 || s.invoices[r.ID].special != "clean" {
		return false, nil
	}
	p, err := recordOf[funding.Programme](s.giver, "programme", s.programmes[r.Buyer].Number())
	return len(p.Funders) > 1, err
}

// auction lets the funders of a programme bid for a receivable: sealed, then opened, awarded, checked by each, and accepted.
func (s *story) auction(r *receivable.Receivable) error {
	seller := s.actors[s.keyOf(r.Seller)+" seller"]
	c := &book.OpenAuction{
		Programme: s.programmes[r.Buyer], Receivables: []id.Receivable{r.ID}, Payee: s.accounts[r.Seller], Reserve: 45_000,
		Closes: s.clock.now() + bidding.Microseconds(), Reveals: s.clock.now() + 2*bidding.Microseconds(), Disclosure: allocation.DiscloseSealed,
	}
	answer, err := s.give(seller, "", c)
	if err != nil {
		return err
	}
	rules := first[*book.AuctionOpened](answer).Auction.Rules
	s.sold = rules.ID
	if err := s.tell("auction", "%s puts invoice %s up, %s in one lot, at %s a year at most", s.names[r.Seller], s.invoices[r.ID].number, s.text(rules.Volume), percent(rules.Reserve)); err != nil {
		return err
	}
	bids := []*demoBid{{bidder: s.party("ellernberg"), rate: 41_000}, {bidder: s.party("muehlgraben"), rate: 39_500}, {bidder: s.party("ellernberg"), rate: 40_000}}
	for _, b := range bids {
		if err := s.seal(&rules, b); err != nil {
			return err
		}
	}
	if err := s.tell("sealed", "%d sealed bids are in: hashes, of which nobody learns anything", len(bids)); err != nil {
		return err
	}
	s.clock.pass(bidding)
	for _, b := range bids {
		if _, err := s.give(s.actors[s.keyOf(b.bidder)+" funder"], "", &book.OpenBid{Bid: b.bid, Rate: b.rate, Volume: rules.Volume, Nonce: b.nonce}); err != nil {
			return err
		}
	}
	answer, err = s.give(seller, "", &book.AwardAuction{Auction: rules.ID})
	if err != nil {
		return err
	}
	awarded := first[*book.AuctionAwarded](answer)
	if awarded.State != book.AuctionSold {
		return fmt.Errorf("auction %s is %s", rules.ID, awarded.State)
	}
	s.summary.Auctions++
	if err := s.tell("awarded", "all are open: %s bids lowest and quotes at %s a year; the losing bids stay on record", s.names[awarded.Winner], percent(awarded.Result.Clearing)); err != nil {
		return err
	}
	if err := s.checkAuction(awarded, len(bids)); err != nil {
		return err
	}
	return s.accept(first[*book.FinancingOpened](answer).Financing)
}

// seal hands one bid in.
func (s *story) seal(rules *allocation.Auction, b *demoBid) error {
	if _, err := rand.Read(b.nonce[:]); err != nil {
		return err
	}
	commitment := allocation.Commitment(rules.ID, b.bidder, allocation.Opening{Rate: b.rate, Volume: rules.Volume, Nonce: b.nonce})
	answer, err := s.give(s.actors[s.keyOf(b.bidder)+" funder"], "", &book.PlaceBid{Auction: rules.ID, Commitment: commitment})
	if err != nil {
		return err
	}
	b.bid = first[*book.BidPlaced](answer).Bid.ID
	return nil
}

// checkAuction has each bidder check the result from what it may see.
func (s *story) checkAuction(awarded *book.AuctionAwarded, count int) error {
	sold, err := recordOf[book.Auction](s.giver, "auction", awarded.Auction.Number())
	if err != nil {
		return err
	}
	bids := make([]allocation.Bid, count)
	for i := range bids {
		if bids[i], err = recordOf[allocation.Bid](s.giver, "bid", uint64(i+1)); err != nil {
			return err
		}
	}
	for _, bidder := range []string{"ellernberg", "muehlgraben"} {
		sheet := view.SheetOf(allocation.ViewFor(s.party(bidder), &sold.Rules, bids, &sold.Result))
		if err := sheet.Check(); err != nil {
			return err
		}
	}
	return s.tell("checked", "each bidder works the result out from its own bids and the others' hashes: it is right")
}
