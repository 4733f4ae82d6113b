package book

import auction "millrace/domain/allocation"

// auctionTables describes the tables of auctions and bids.
func auctionTables() {
	tables[tableAuction] = held("auction", func(b *Book) *shelf[Auction] { return &b.auctions },
		[]Column{ind("programme", Integer), ind("seller", Integer), col("winner", Integer), col("state", Text)},
		func(r *Auction) []any {
			return []any{int64(r.Rules.Programme), int64(r.Rules.Seller), int64(r.Winner), r.State.String()}
		})
	tables[tableBid] = held("bid", func(b *Book) *shelf[auction.Bid] { return &b.bids },
		[]Column{ind("auction", Integer), ind("bidder", Integer)},
		func(r *auction.Bid) []any { return []any{int64(r.Auction), int64(r.Bidder)} })
}
