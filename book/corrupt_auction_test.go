package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
)

func (b *Book) auctioned(state AuctionState) *Auction {
	return first(&b.auctions, func(a *Auction) bool { return a.State == state })
}

// items gives the items of an auction to be changed; the record's own are shared.
func (a *Auction) items() []AuctionItem {
	a.Items = append([]AuctionItem(nil), a.Items...)
	return a.Items
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"auction_lot", "a lot that is more than its receivables", func(b *Book) { b.auctioned(AuctionOpen).items()[0].Amount-- }},
		Corruption{"auction_lot", "another seller's receivable", func(b *Book) {
			a := b.auctioned(AuctionSold)
			a.Rules.Seller = b.parties.at(1).ID
		}},
		Corruption{"auction_twice", "a receivable on offer twice", func(b *Book) {
			again := *b.auctioned(AuctionOpen)
			again.Rules.ID, again.Rules.Entry = id.Make[id.Auction](1, b.auctions.count+1), b.sequence
			b.auctions.add(again.Rules.ID.Number(), again)
		}},
		Corruption{"auction_state", "over without a result", func(b *Book) { b.auctioned(AuctionOpen).Awarded = 1 }},
		Corruption{"auction_state", "sold said to be void", func(b *Book) { b.auctioned(AuctionSold).State = AuctionVoid }},
		Corruption{"auction_state", "another winner", func(b *Book) { b.auctioned(AuctionSold).Winner = b.parties.at(1).ID }},
		Corruption{"auction_result", "a clearing rate that nobody bid", func(b *Book) { b.auctioned(AuctionSold).Result.Clearing++ }},
		Corruption{"auction_result", "a bid of which the result knows nothing", func(b *Book) {
			bid := *b.bids.at(1)
			bid.ID, bid.Opened = id.Make[id.Bid](1, b.bids.count+1), 0
			bid.Sequence++
			b.bids.add(bid.ID.Number(), bid)
			b.indexBid(b.bids.at(bid.ID.Number()))
		}},
		Corruption{"auction_quote", "a quote at another rate", func(b *Book) {
			item := b.auctioned(AuctionSold).Items[0]
			b.financings.at(item.Financing.Number()).Rate++
		}},
		Corruption{"auction_quote", "another financing", func(b *Book) {
			other := first(&b.financings, func(f *funding.Financing) bool { return f.State == funding.Outstanding })
			b.auctioned(AuctionSold).items()[0].Financing = other.ID
		}},
		Corruption{"bid_invalid", "a bid of who does not fund the programme", func(b *Book) {
			bid := b.bids.at(b.bids.count)
			bid.Bidder = b.parties.at(1).ID
		}},
		Corruption{"bid_invalid", "a bid that came late", func(b *Book) {
			bid := b.bids.at(b.bids.count)
			bid.At = b.auctions.at(bid.Auction.Number()).Rules.Closes
		}},
		Corruption{"bid_opening", "opened before its time", func(b *Book) {
			bid := b.bids.at(b.bids.count)
			bid.Opened = b.auctions.at(bid.Auction.Number()).Rules.Closes - 1
		}},
		Corruption{"bid_opening", "another rate than was sealed", func(b *Book) {
			bid := b.bids.at(b.bids.count)
			bid.Opened, bid.Rate = b.auctions.at(bid.Auction.Number()).Rules.Closes, 1
		}},
		Corruption{"index_auctions", "an offer not found", func(b *Book) { delete(b.auctionOf, b.auctioned(AuctionOpen).Items[0].Receivable) }},
		Corruption{"index_auctions", "an offer that is none", func(b *Book) { b.auctionOf[b.receivables.at(1).ID] = b.auctioned(AuctionSold).Rules.ID }},
		Corruption{"index_bids", "a bid not found", func(b *Book) {
			bid := b.bids.at(b.bids.count)
			b.bidsOf[bid.Auction] = nil
		}},
	)
}
