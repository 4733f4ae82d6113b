package allocation

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"millrace/domain/id"
	"millrace/domain/money"
)

// Verify works out from the bids alone what each must have got, and says where a result differs. It is written apart from Solve, and
// short enough to be read by a bidder who wants to know what it proves. nil: the result is right.
func Verify(auction *Auction, bids []Bid, result *Result) error {
	if err := verifyList(auction, bids, result); err != nil {
		return err
	}
	standing := slices.DeleteFunc(slices.Clone(bids), func(b Bid) bool { return excluded(auction, &b) != 0 })
	slices.SortFunc(standing, func(x, y Bid) int {
		return cmp.Or(cmp.Compare(x.Rate, y.Rate), cmp.Compare(x.At, y.At), cmp.Compare(x.Sequence, y.Sequence))
	})
	awards, offered := awardsByBid(result), money.Minor(0)
	for _, bid := range standing {
		offered += bid.Volume
	}
	shared := auction.Margin == MarginProRata && offered > auction.Volume
	left, clearing, want := auction.Volume, money.Rate(0), map[id.Bid]Award{}
	for i, bid := range standing {
		volume := min(bid.Volume, left)
		if auction.Margin == MarginWhole && volume < bid.Volume {
			volume = 0
		}
		if shared {
			volume = awards[bid.ID].Volume // held against the rule by verifyMargin
		}
		if volume > 0 {
			clearing = bid.Rate
		}
		want[bid.ID] = Award{bid.ID, bid.Bidder, volume, auction.Volume - left, reasonOf(&standing[i], volume, left, clearing)}
		left -= volume
	}
	if filled := auction.Volume - left; filled < auction.Least {
		left, clearing, want = auction.Volume, 0, withdrawn(want)
	}
	for i := range bids {
		expected, takesPart := want[bids[i].ID]
		if !takesPart {
			expected = Award{bids[i].ID, bids[i].Bidder, 0, auction.Volume - left, excluded(auction, &bids[i])}
		}
		if awards[bids[i].ID] != expected {
			return fmt.Errorf("bid %s must get %+v and got %+v", bids[i].ID, expected, awards[bids[i].ID])
		}
	}
	if result.Clearing != clearing || result.Filled != auction.Volume-left || result.Unfilled != left {
		return fmt.Errorf("must clear at %d with %d filled, and not at %d with %d and %d unfilled", clearing, auction.Volume-left, result.Clearing, result.Filled, result.Unfilled)
	}
	if shared {
		return verifyMargin(auction, standing, awards)
	}
	return nil
}

// verifyList asks whether the bids are those that the result is about, whether each opening is what was committed to, and whether
// each bid has one award.
func verifyList(auction *Auction, bids []Bid, result *Result) error {
	if fault := auction.Validate(); fault != 0 || len(bids) > BidsMax {
		return fmt.Errorf("the auction's rules are not in order (%s), or %d bids are too many", fault, len(bids))
	}
	if result.Auction != auction.ID || len(result.Awards) != len(bids) || len(awardsByBid(result)) != len(bids) {
		return fmt.Errorf("%d awards of auction %s do not stand for %d bids in auction %s", len(result.Awards), result.Auction, len(bids), auction.ID)
	}
	if Digest(bids) != result.Bids {
		return fmt.Errorf("the result was reached on another list of bids")
	}
	for _, bid := range bids {
		if bid.Auction != auction.ID || bid.At >= auction.Closes {
			return fmt.Errorf("bid %s was not made in auction %s in time", bid.ID, auction.ID)
		}
		if bid.Opened == 0 {
			continue
		}
		if bid.Opened < auction.Closes || bid.Opened >= auction.Reveals {
			return fmt.Errorf("bid %s was not opened in time", bid.ID)
		}
		if Commitment(auction.ID, bid.Bidder, Opening{bid.Rate, bid.Volume, bid.Nonce}) != bid.Commitment {
			return fmt.Errorf("bid %s is not the one that was sealed", bid.ID)
		}
	}
	return nil
}

func excluded(auction *Auction, bid *Bid) Reason {
	if bid.Opened == 0 {
		return NotOpened
	}
	if bid.Volume < auction.Lot || bid.Volume > auction.Volume || bid.Volume%auction.Lot > 0 || bid.Rate < 0 || bid.Rate > RateMax {
		return Invalid
	}
	if bid.Rate > auction.Reserve {
		return AboveReserve
	}
	return 0
}

func reasonOf(bid *Bid, volume, left money.Minor, clearing money.Rate) Reason {
	if volume == bid.Volume {
		return Won
	}
	if volume > 0 {
		return WonInPart
	}
	if left == 0 && bid.Rate > clearing {
		return AboveClearing
	}
	return NoVolumeLeft
}

func withdrawn(awards map[id.Bid]Award) map[id.Bid]Award {
	none := map[id.Bid]Award{}
	for bid, award := range awards { // map order does not reach a result: each award is written by itself
		if award.Before = 0; award.Volume > 0 {
			award.Volume, award.Reason = 0, LeastMissed
		}
		none[bid] = award
	}
	return none
}

func awardsByBid(result *Result) map[id.Bid]Award {
	awards := map[id.Bid]Award{}
	for _, award := range result.Awards {
		awards[award.Bid] = award
	}
	return awards
}

// verifyMargin looks at a volume that is too small for all bids, shared pro rata at the margin, by the three things that make this
// sharing: no rate got less than was left for it, each bidder's part at the margin is its exact share rounded down or one lot more,
// and no bidder got one lot more while another with a larger remainder, or an equal one and an earlier bid, did not.
func verifyMargin(auction *Auction, standing []Bid, awards map[id.Bid]Award) error {
	left := auction.Volume
	for from, to := 0, 0; from < len(standing); from = to {
		offered, got := money.Minor(0), money.Minor(0)
		for to = from; to < len(standing) && standing[to].Rate == standing[from].Rate; to++ {
			volume := awards[standing[to].ID].Volume
			if volume < 0 || volume > standing[to].Volume {
				return fmt.Errorf("bid %s of %d got %d", standing[to].ID, standing[to].Volume, volume)
			}
			offered, got = offered+standing[to].Volume, got+volume
		}
		if got != min(offered, left) {
			return fmt.Errorf("bids at rate %d got %d and not the %d that were left for them", standing[from].Rate, got, min(offered, left))
		}
		if 0 < got && got < offered {
			if err := verifyShares(auction, standing[from:to], awards, got, offered); err != nil {
				return err
			}
		}
		left -= got
	}
	return nil
}

func verifyShares(auction *Auction, level []Bid, awards map[id.Bid]Award, room, offered money.Minor) error {
	bid, got, bidders := map[id.Party]money.Minor{}, map[id.Party]money.Minor{}, []id.Party{}
	for _, b := range level {
		if bid[b.Bidder] == 0 {
			bidders = append(bidders, b.Bidder)
		}
		if award := awards[b.ID].Volume; award%auction.Lot != 0 || award > 0 && got[b.Bidder] < bid[b.Bidder] {
			return fmt.Errorf("bid %s got %d, which its bidder's bids in their order do not allow", b.ID, award)
		}
		bid[b.Bidder] += b.Volume
		got[b.Bidder] += awards[b.ID].Volume
	}
	lot := big.NewRat(int64(auction.Lot), 1)
	var least *big.Rat // the smallest remainder that got a lot more
	var most *big.Rat  // the largest one that did not, so far
	for _, bidder := range bidders {
		over := new(big.Rat).Mul(big.NewRat(int64(room), int64(offered)), big.NewRat(int64(bid[bidder]), 1))
		over.Sub(over, big.NewRat(int64(got[bidder]), 1)) // what was lost by rounding: from -lot to lot
		switch raised := over.Sign() < 0; {
		case over.Cmp(lot) >= 0 || new(big.Rat).Add(over, lot).Sign() <= 0:
			return fmt.Errorf("bidder %s got %d at the margin, a lot or more off its share", bidder, got[bidder])
		case raised && most != nil && most.Cmp(new(big.Rat).Add(over, lot)) >= 0, !raised && least != nil && least.Cmp(over) < 0:
			return fmt.Errorf("bidder %s got %d at the margin, against the order of remainders", bidder, got[bidder])
		case raised && (least == nil || least.Cmp(new(big.Rat).Add(over, lot)) > 0):
			least = new(big.Rat).Add(over, lot)
		case !raised && (most == nil || most.Cmp(over) < 0):
			most = over
		}
	}
	return nil
}
