package allocation

import (
	"fmt"
	"slices"

	"millrace/domain/id"
	"millrace/domain/money"
)

// View is what one bidder may see of an auction that is over: the clearing rate and the totals, its own bids and awards, and of
// everybody else the commitments with their times; what the others have opened only where the auction's Disclosure says so.
type View struct {
	Auction  Auction     `cbor:"1,keyasint"`
	Bidder   id.Party    `cbor:"2,keyasint"`
	Clearing money.Rate  `cbor:"3,keyasint,omitempty"`
	Filled   money.Minor `cbor:"4,keyasint,omitempty"`
	Unfilled money.Minor `cbor:"5,keyasint,omitempty"`
	Digest   [32]byte    `cbor:"6,keyasint"` // of the commitments of Bids: the same for every bidder
	Bids     []Bid       `cbor:"7,keyasint"` // by sequence; of others' sealed bids only ID, Auction, Commitment, At and Sequence
	Awards   []Award     `cbor:"8,keyasint"` // the bidder's own, or all of them
}

// ViewFor cuts a result to what one bidder may see.
func ViewFor(bidder id.Party, auction *Auction, bids []Bid, result *Result) View {
	view := View{Auction: *auction, Bidder: bidder, Clearing: result.Clearing, Filled: result.Filled, Unfilled: result.Unfilled, Digest: result.Bids}
	open := auction.Disclosure == DiscloseOpened
	for _, b := range bids {
		if b.Bidder != bidder && !open {
			b = Bid{ID: b.ID, Auction: b.Auction, Commitment: b.Commitment, At: b.At, Sequence: b.Sequence}
		}
		view.Bids = append(view.Bids, b)
	}
	slices.SortFunc(view.Bids, func(x, y Bid) int { return compareCommitted(&x, &y) })
	for _, a := range result.Awards {
		if a.Bidder == bidder || open {
			view.Awards = append(view.Awards, a)
		}
	}
	return view
}

// Check tells what in the view can't be right. Where everything was opened it verifies the whole result. Otherwise it holds against
// the rules what the bidder can know: that the list of commitments is the one everybody was shown, that its own bids are in it as
// sealed, and that they got what the clearing rate and the volume before them leave. nil: nothing is wrong.
func (v *View) Check() error {
	if v.Auction.Disclosure == DiscloseOpened {
		return Verify(&v.Auction, v.Bids, &Result{v.Auction.ID, v.Clearing, v.Filled, v.Unfilled, v.Digest, v.Awards})
	}
	if Digest(v.Bids) != v.Digest {
		return fmt.Errorf("the commitments shown are not those of the result")
	}
	nothing := v.Filled == 0 && v.Unfilled == v.Auction.Volume
	if v.Filled < 0 || v.Unfilled < 0 || v.Filled+v.Unfilled != v.Auction.Volume || v.Clearing > v.Auction.Reserve || !nothing && v.Filled < v.Auction.Least {
		return fmt.Errorf("%d filled and %d unfilled at rate %d break the auction's own rules", v.Filled, v.Unfilled, v.Clearing)
	}
	awards := awardsByBid(&Result{Awards: v.Awards})
	for i := range v.Bids {
		if bid := &v.Bids[i]; bid.Bidder == v.Bidder {
			award, shown := awards[bid.ID]
			if !shown {
				return fmt.Errorf("bid %s has no award", bid.ID)
			}
			if bid.Opened != 0 && Commitment(v.Auction.ID, bid.Bidder, Opening{bid.Rate, bid.Volume, bid.Nonce}) != bid.Commitment {
				return fmt.Errorf("bid %s is not the one that was sealed", bid.ID)
			}
			if err := v.checkAward(bid, award); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *View) checkAward(bid *Bid, award Award) error {
	room := v.Auction.Volume - award.Before
	if award.Volume < 0 || award.Before < 0 || award.Before+award.Volume > v.Filled {
		return fmt.Errorf("bid %s got %d after %d, of %d that were filled", bid.ID, award.Volume, award.Before, v.Filled)
	}
	least, most := min(bid.Volume, room), min(bid.Volume, room) // by time
	switch {
	case excluded(&v.Auction, bid) != 0 || v.Filled == 0 && v.Auction.Least > 0:
		least, most = 0, 0
	case v.Auction.Margin == MarginWhole && bid.Volume > room:
		least, most = 0, 0
	case v.Auction.Margin == MarginProRata && bid.Rate == v.Clearing && v.Unfilled == 0:
		least = 0
	}
	if award.Volume < least || award.Volume > most || award.Volume > 0 && bid.Rate > v.Clearing {
		return fmt.Errorf("bid %s got %d and not %d to %d, at a clearing rate of %d", bid.ID, award.Volume, least, most, v.Clearing)
	}
	return nil
}
