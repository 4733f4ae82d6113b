// Package network holds the live graph of who sells to whom, and the patterns that are looked for in it at each use of credit: circles, swaps,
// young parties that burst, funnels, and ownership between seller and buyer. Every check visits a bounded number of edges and says so when the
// bound has cut it off.
package network

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Bounds say from where on a pattern is one. Days are calendar days by the business date, shares are millionths.
type Bounds struct {
	WindowDays    int32      // deals no older than this are looked at
	NearShare     money.Rate // amounts that differ by at most this part of the amount asked about are near
	FloorShare    money.Rate // deals that add up to at least this part of it can carry it on, though none of them is near
	YoungDays     int32      // a party whose first deal is no older than this is young; nobody is while the whole graph is not twice as old
	BurstCount    uint32     // deals of a young party, from which on they are a burst
	BurstTimes    int64      // times what is usual with its counterparty, from which on a young party's amount is a burst
	FunnelParties uint32     // young parties on one side, from which on they are a funnel
	FunnelShare   money.Rate // part of the counterparties in the window that is young, from which on it is a funnel
}

// Presumed are the bounds that hold where nothing else is said.
var Presumed = Bounds{
	WindowDays: 90, NearShare: 100_000, FloorShare: 900_000, YoungDays: 60, BurstCount: 20, BurstTimes: 3, FunnelParties: 5, FunnelShare: 500_000,
}

// The bounds on work: no check takes longer, however large the graph is.
const (
	HopsMax         = 5   // edges of a circle, the one asked about included
	CircleEdgesMax  = 512 // edges visited by the search for circles
	CircleFirstMax  = 128 // of these, next to seller and buyer each
	CirclePartyMax  = 32  // of these, from each party one step further
	FunnelEdgesMax  = 256 // edges visited by the search for a funnel, for seller and buyer each
	FunnelShown     = 8   // young parties named in a finding
	OwnersDepthMax  = 6   // steps from a party to its owners' owners
	OwnersNodesMax  = 256 // stakes visited on both sides together
	OwnersOnPathMax = 2 * OwnersDepthMax
	DealsKept       = 4 // the latest deals of each pair
)

// Work is what a check has done: edges or owners visited, of how many at most, and whether that bound has ended it.
type Work struct {
	Visited uint32
	Most    uint32
	Cut     bool
}

// Deal is one debt from a buyer to a seller, as evidence.
type Deal struct {
	Seller, Buyer id.Party
	Receivable    id.Receivable // 0 for the use that is asked about
	Amount        money.Minor
	Date          calendar.Date // business date on which it was opened
}

// Finding is what all checks have found for one use. A pattern that was not found has its evidence empty.
type Finding struct {
	Circle       Circle
	Swap         Swap
	SellerBurst  Burst
	BuyerBurst   Burst
	BuyerFunnel  Funnel // many young sellers to this buyer
	SellerFunnel Funnel // this seller's new buyers are all young
	Related      Relation
}

// Circle is goods, and so money, that come back: seller -> buyer -> ... -> seller. One whose amounts are all near comes before one whose deals
// could only carry the amount; then the shortest, then the one whose amounts are nearest.
type Circle struct {
	Hops  uint8             // edges in all, 3 to HopsMax; 0 for none (two are a Swap)
	Near  bool              // on every edge there is a deal of a near amount
	Deals [HopsMax - 1]Deal // after the use itself, in the order of the goods: the nearest, or else the latest with what is kept in the window in all
	Gap   int64             // the widest difference of such an amount from the one asked about, in millionths of it
	Work  Work
}

// Swap is an invoice the other way of the same or a near amount.
type Swap struct {
	Found bool
	Deal  Deal  // the nearest
	Gap   int64 // in millionths of the amount asked about
	Work  Work
}

// Burst is a young party with far more, or far larger, deals than usual.
type Burst struct {
	Found   bool
	Party   id.Party
	First   calendar.Date // of its first deal; 0 where this is the first
	AgeDays int32
	Count   uint32      // of its deals in the currency
	Amount  money.Minor // of its deals with this counterparty in the currency
	Usual   money.Minor // what the counterparty has done with each of its others on the mean; 0 where there is none
	UsualOf uint32      // number of deals, likewise
}

// Funnel is many young parties round one.
type Funnel struct {
	Found          bool
	Party          id.Party              // the one
	Counterparties uint32                // of a buyer: with a deal in the window; of a seller: those of them that are new to it
	Young          uint32                // of these, those whose own first deal is young
	Amount         money.Minor           // of what is kept of deals with the young ones in the window, in the currency; at most money.MinorMax
	Parties        [FunnelShown]id.Party // the first of the young ones, the latest deal first
	Work           Work
}

// Owner is a party, or a person by the token under which the vault knows it.
type Owner struct {
	Party  id.Party
	Person [16]byte
}

// Stake is one owner's part in a party.
type Stake struct {
	Owner Owner
	Share money.Rate // in millionths of a whole; 1,000,000 for control without a share, and for the head of a group
}

// Relation is an owner whom seller and buyer have in common; it may be the seller or the buyer itself.
type Relation struct {
	Found       bool
	Common      Owner
	SellerShare money.Rate                 // what the common owner has in the seller along the path, the product of shares; a whole where it is the seller
	BuyerShare  money.Rate                 // likewise in the buyer
	Path        [OwnersOnPathMax + 1]Owner // from the seller by the common owner to the buyer
	Length      uint8                      // owners on the path, seller and buyer included
	Work        Work
}
