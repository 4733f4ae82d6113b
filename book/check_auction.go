package book

import (
	"crypto/sha256"
	"fmt"

	auction "millrace/domain/allocation"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
)

// auctions: a lot is what its receivables add up to, and on offer once; bids were made and opened in their time, as they were sealed;
// and what was awarded is what the bids give.
func (a *audit) auctions() {
	b := a.b
	bids := a.bids()
	onOffer := map[id.Receivable]id.Auction{}
	for n := uint64(1); n <= b.auctions.count; n++ {
		k := b.auctions.at(n)
		number(a, k.Rules.ID, n, k.Rules.Entry)
		a.lot(k)
		a.awarded(k, bids[k.Rules.ID])
		if k.State != AuctionOpen {
			continue
		}
		for i := range k.Items {
			r := k.Items[i].Receivable
			if other, twice := onOffer[r]; twice {
				a.breach("auction_twice", r.String(), "%s is on offer in %s and in %s", r, other, k.Rules.ID)
				continue
			}
			onOffer[r] = k.Rules.ID
			if of := b.receivables.at(uint64(r) >> 16); of != nil && of.Auction != k.Rules.ID || b.auctionOf[r] != k.Rules.ID {
				a.breach("index_auctions", r.String(), "the index leads from %s to %s instead of %s", r, b.auctionOf[r], k.Rules.ID)
			}
		}
	}
	marked := 0
	for n := uint64(1); n <= b.receivables.count; n++ {
		if b.receivables.at(n).Auction != 0 {
			marked++
		}
	}
	if len(b.auctionOf) != len(onOffer) || marked != len(onOffer) {
		a.breach("index_auctions", "", "%d receivables are on offer, %d are in the index", len(onOffer), len(b.auctionOf))
	}
}

// bids looks at each bid and lists them by auction.
func (a *audit) bids() map[id.Auction][]auction.Bid {
	b := a.b
	of := map[id.Auction][]auction.Bid{}
	for n := uint64(1); n <= b.bids.count; n++ {
		bid := b.bids.at(n)
		number(a, bid.ID, n, bid.Entry)
		k := b.auctions.at(uint64(bid.Auction) >> 16)
		if k == nil {
			a.breach("bid_invalid", bid.ID.String(), "%s was made in %s, which is not there", bid.ID, bid.Auction)
			continue
		}
		at := len(of[bid.Auction])
		of[bid.Auction] = append(of[bid.Auction], *bid)
		if !bidsIn(b.programmes.at(uint64(k.Rules.Programme)>>16), bid.Bidder) || bid.At >= k.Rules.Closes {
			a.breach("bid_invalid", bid.ID.String(), "%s is not a bid of a funder of the programme, made in time", bid.ID)
		}
		if bid.Opened != 0 && (bid.Opened < k.Rules.Closes || bid.Opened >= k.Rules.Reveals || sealOf(bid) != bid.Commitment) {
			a.breach("bid_opening", bid.ID.String(), "%s was not opened in its time, as it was sealed", bid.ID)
		}
		if list := b.bidsOf[bid.Auction]; at >= len(list) || list[at] != bid.ID {
			a.breach("index_bids", bid.ID.String(), "the index does not lead from %s to %s", bid.Auction, bid.ID)
		}
	}
	return of
}

// sealOf is what a bid that says this is sealed with.
func sealOf(bid *auction.Bid) [32]byte {
	text := fmt.Sprintf("millrace sealed-bid 1\nauction: %s\nbidder: %s\nrate: %d\nvolume: %d\nnonce: %x\n",
		bid.Auction, bid.Bidder, int64(bid.Rate), int64(bid.Volume), bid.Nonce[:])
	return sha256.Sum256([]byte(text))
}

func bidsIn(p *funding.Programme, party id.Party) bool {
	if p == nil {
		return false
	}
	for i := range p.Funders {
		if p.Funders[i].Party == party {
			return true
		}
	}
	return false
}

// lot: one lot that goes as a whole, of receivables of one seller on the programme's buyer.
func (a *audit) lot(k *Auction) {
	b := a.b
	p := b.programmes.at(uint64(k.Rules.Programme) >> 16)
	sum := money.Minor(0)
	sound := p != nil && len(p.Funders) > 1 && p.Currency == k.Rules.Currency && len(k.Items) > 0
	for i := range k.Items {
		r := b.receivables.at(uint64(k.Items[i].Receivable) >> 16)
		sum += k.Items[i].Amount
		sound = sound && r != nil && r.Seller == k.Rules.Seller && p != nil && r.Buyer == p.Anchor && k.Items[i].Amount > 0
	}
	rules := &k.Rules
	if !sound || rules.Volume != sum || rules.Lot != sum || rules.Least != sum || rules.Margin != auction.MarginWhole || rules.Reserve <= 0 || rules.Reveals <= rules.Closes {
		a.breach("auction_lot", k.Rules.ID.String(), "%s is not one whole lot of the receivables of one seller, %d in all", k.Rules.ID, sum)
	}
}

// awarded: the result is the one that the bids give, and the quotes are the winner's at that rate.
func (a *audit) awarded(k *Auction, bids []auction.Bid) {
	if k.State == AuctionWithdrawn {
		opened := false
		for i := range bids {
			opened = opened || bids[i].Opened != 0
		}
		if opened || k.Winner != 0 || len(k.Result.Awards) != 0 || k.Reason == [32]byte{} || k.Ended == 0 {
			a.breach("auction_state", k.Rules.ID.String(), "%s is withdrawn, and a bid is open, it has a result, or nobody said why", k.Rules.ID)
		}
		return
	}
	over := k.State == AuctionSold || k.State == AuctionUnfilled || k.State == AuctionVoid
	if !over {
		if k.State != AuctionOpen || k.Winner != 0 || k.Awarded != 0 || len(k.Result.Awards) != 0 {
			a.breach("auction_state", k.Rules.ID.String(), "%s is not over and has a result", k.Rules.ID)
		}
		return
	}
	if err := auction.Verify(&k.Rules, bids, &k.Result); err != nil {
		a.breach("auction_result", k.Rules.ID.String(), "the result of %s is not what the bids give: %v", k.Rules.ID, err)
		return
	}
	winner, quotes := id.Party(0), 0
	for i := range k.Result.Awards {
		if k.Result.Awards[i].Volume != 0 {
			winner = k.Result.Awards[i].Bidder
		}
	}
	for i := range k.Items {
		item := &k.Items[i]
		if item.Financing == 0 {
			continue
		}
		quotes++
		f := a.b.financings.at(uint64(item.Financing) >> 16)
		if f == nil || f.Receivable != item.Receivable || f.Programme != k.Rules.Programme || f.Funder != winner || f.Rate != k.Result.Clearing || f.Amount != item.Amount {
			a.breach("auction_quote", k.Rules.ID.String(), "%s is not the winner's quote for %s at the clearing rate of %s", item.Financing, item.Receivable, k.Rules.ID)
		}
	}
	state := AuctionUnfilled
	if winner != 0 {
		state = AuctionVoid
	}
	if quotes > 0 {
		state = AuctionSold
	}
	if k.State != state || k.Winner != winner || k.Awarded < k.Rules.Closes {
		a.breach("auction_state", k.Rules.ID.String(), "%s is %s with %s as winner; its result says %s with %s", k.Rules.ID, k.State, k.Winner, state, winner)
	}
}
