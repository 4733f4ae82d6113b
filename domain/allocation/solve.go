package allocation

import (
	"bytes"
	"cmp"
	"slices"

	"millrace/domain/id"
	"millrace/domain/money"
)

// Solve gives the volume away: bids in the order of their rates, equal ones by the time of their commitments and then by their
// sequence, until the volume is used up. Bids at the clearing rate, the highest that wins, are filled as the auction's Margin
// says; every winner is paid the clearing rate (a uniform-price auction, as central banks' and treasuries' single-rate tenders
// are). The order in which bids are handed in changes no byte of the result. It panics on an auction that does not Validate and
// beyond BidsMax.
func Solve(auction *Auction, bids []Bid) Result {
	if fault := auction.Validate(); fault != 0 || len(bids) > BidsMax {
		panic("allocation: an auction with fault " + fault.String() + " or too many bids")
	}
	ordered, awards := make([]Bid, len(bids)), make([]Award, len(bids))
	standing := 0 // the bids that take part: valid, opened, and not above the reserve
	for i, p := range auction.places(bids) {
		ordered[i] = *p.bid
		awards[i] = Award{Bid: p.bid.ID, Bidder: p.bid.Bidder, Reason: p.reason}
		if p.reason == 0 {
			standing = i + 1
		}
	}
	left := auction.Volume
	for from := 0; from < standing; {
		to := from + 1
		for to < standing && ordered[to].Rate == ordered[from].Rate {
			to++
		}
		left = auction.fillRate(ordered[from:to], awards[from:to], left)
		from = to
	}
	return auction.conclude(ordered, awards, standing)
}

// standingOf is the reason for which a bid takes no part, 0 if it does.
func (a *Auction) standingOf(bid *Bid) Reason {
	switch {
	case bid.Opened == 0:
		return NotOpened
	case a.ValidateOffer(bid.Rate, bid.Volume) != 0:
		return Invalid
	case bid.Rate > a.Reserve:
		return AboveReserve
	}
	return 0
}

// place is where a bid stands: bids that take part and then those above the reserve by rate, time and sequence; after them, by time and
// sequence, those not opened and at last the invalid ones.
type place struct {
	reason Reason
	rate   money.Rate
	at     int64
	bid    *Bid
}

func (a *Auction) places(bids []Bid) []place {
	places := make([]place, len(bids))
	for i := range bids {
		p := place{reason: a.standingOf(&bids[i]), at: bids[i].At, bid: &bids[i]}
		if p.reason == 0 || p.reason == AboveReserve {
			p.rate = bids[i].Rate
		}
		places[i] = p
	}
	slices.SortFunc(places, func(x, y place) int {
		if order := cmp.Or(cmp.Compare(x.reason, y.reason), cmp.Compare(x.rate, y.rate), cmp.Compare(x.at, y.at)); order != 0 {
			return order
		}
		return compareCommitted(x.bid, y.bid)
	})
	return places
}

// compareCommitted orders by sequence. Bids of one sequence don't occur in a book; the rest keeps the order total for lists that
// come from elsewhere.
func compareCommitted(x, y *Bid) int {
	if x.Sequence != y.Sequence {
		return cmp.Compare(x.Sequence, y.Sequence)
	}
	return cmp.Or(cmp.Compare(x.ID, y.ID), bytes.Compare(x.Commitment[:], y.Commitment[:]),
		cmp.Compare(x.Bidder, y.Bidder), cmp.Compare(x.Volume, y.Volume))
}

// fillRate gives the bids of one rate what they get of left and returns what is left then.
func (a *Auction) fillRate(bids []Bid, awards []Award, left money.Minor) money.Minor {
	offered := money.Minor(0)
	for i := range bids {
		offered += bids[i].Volume
	}
	if a.Margin == MarginProRata && offered > left {
		a.fillProRata(bids, awards, left)
		return 0
	}
	for i := range bids {
		volume := min(bids[i].Volume, left)
		if a.Margin == MarginWhole && volume < bids[i].Volume {
			volume = 0
		}
		awards[i].Volume = volume
		left -= volume
	}
	return left
}

// fillProRata shares left, in lots, among the bidders and not among the bids, so that cutting a bid into pieces gains nothing.
// Bidders stand in the order of their first bids; each fills its own bids in their order.
func (a *Auction) fillProRata(bids []Bid, awards []Award, left money.Minor) {
	place := map[id.Party]int{}
	var lots []money.Minor
	for i := range bids {
		at, known := place[bids[i].Bidder]
		if !known {
			at = len(lots)
			place[bids[i].Bidder] = at
			lots = append(lots, 0)
		}
		lots[at] += bids[i].Volume / a.Lot
	}
	got := shares(left/a.Lot, lots)
	for i := range bids {
		share := &got[place[bids[i].Bidder]]
		awards[i].Volume = min(bids[i].Volume, *share*a.Lot)
		*share -= awards[i].Volume / a.Lot
	}
}

// conclude names clearing rate, totals and reasons; below the least volume nothing is awarded.
func (a *Auction) conclude(ordered []Bid, awards []Award, standing int) Result {
	result := Result{Auction: a.ID, Bids: Digest(ordered), Awards: awards}
	for i := range standing {
		if awards[i].Volume > 0 {
			result.Clearing = ordered[i].Rate
			result.Filled += awards[i].Volume
		}
	}
	missed := result.Filled < a.Least
	before := money.Minor(0)
	for i := range standing {
		award, left := &awards[i], a.Volume-before
		before += award.Volume
		switch {
		case award.Volume == 0 && left == 0 && ordered[i].Rate > result.Clearing:
			award.Reason = AboveClearing
		case award.Volume == 0:
			award.Reason = NoVolumeLeft
		case missed:
			award.Volume, award.Reason = 0, LeastMissed
		case award.Volume < ordered[i].Volume:
			award.Reason = WonInPart
		default:
			award.Reason = Won
		}
	}
	if missed {
		result.Clearing, result.Filled = 0, 0
	}
	before = 0
	for i := range awards {
		awards[i].Before = before
		before += awards[i].Volume
	}
	result.Unfilled = a.Volume - result.Filled
	return result
}
