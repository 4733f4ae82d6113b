package id

// What funders bid in auctions.
type (
	auctionKind struct{}
	bidKind     struct{}
)

func (auctionKind) Prefix() string { return "auc" }
func (bidKind) Prefix() string     { return "bid" }

// The identities of the records.
type (
	Auction = Of[auctionKind] // of a volume that funders may finance
	Bid     = Of[bidKind]     // of one funder in one auction, sealed at first
)
