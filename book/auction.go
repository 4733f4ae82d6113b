package book

import (
	"slices"

	auction "millrace/domain/allocation"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

func init() {
	registerCommand(func() act { return &OpenAuction{} })
	registerCommand(func() act { return &PlaceBid{} })
	registerCommand(func() act { return &OpenBid{} })
	registerEvent(func() fact { return &AuctionOpened{} })
	registerEvent(func() fact { return &BidPlaced{} })
	registerEvent(func() fact { return &BidOpened{} })
	permitted[commandOpenAuction] = party.Operator | party.Seller
	permitted[commandPlaceBid] = party.Funder
	permitted[commandOpenBid] = party.Funder
}

// The bounds of an auction.
const (
	AuctionReceivablesMax = 50                          // in one lot: deciding on all of them stays within a slice
	AuctionBidsMax        = 8                           // of one funder in one auction, so that none crowds the others out
	AuctionMicrosMax      = 31 * 24 * 3600 * 1_000_000  // from its opening until its bids must be open
	auctionRateMax        = money.Rate(money.RateOne)   // that a seller may promise to pay a year
	auctionVolumeMax      = money.Minor(money.MinorMax) // of one lot
)

// AuctionState is where an auction stands. Whether bids are taken or opened is said by its stamps.
type AuctionState uint8

// The states of an auction. They are stored; a number is never used again.
const (
	AuctionOpen      AuctionState = 1 + iota // bids are taken, and then opened
	AuctionSold                              // a bid has won, and its funder has quoted
	AuctionUnfilled                          // no bid has won
	AuctionVoid                              // a bid has won, and nothing could be quoted any more
	AuctionWithdrawn                         // by whoever opened it, before a bid was opened
)

// AuctionStateNames are the names used in API and console, by state.
var AuctionStateNames = [...]string{"", "open", "sold", "unfilled", "void", "withdrawn"}

// String is the name used in API and console.
func (s AuctionState) String() string { return AuctionStateNames[s] }

// MarshalText gives the name.
func (s AuctionState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Auction is one indivisible lot, a receivable or several of one seller on one buyer, for which the funders of a programme
// bid a rate.
type Auction struct {
	Rules   auction.Auction `cbor:"1,keyasint"` // Entry in it is that of this record
	Items   []AuctionItem   `cbor:"2,keyasint"` // never changed in place
	Payee   id.BankAccount  `cbor:"3,keyasint"`
	Maker   id.Actor        `cbor:"4,keyasint"`
	State   AuctionState    `cbor:"5,keyasint"`
	Winner  id.Party        `cbor:"6,keyasint,omitempty"`
	Awarded int64           `cbor:"7,keyasint,omitempty"` // stamp
	Result  auction.Result  `cbor:"8,keyasint,omitzero"`
	Reason  [32]byte        `cbor:"9,keyasint,omitzero"`  // of its withdrawal, in the vault
	Ended   int64           `cbor:"10,keyasint,omitzero"` // stamp of its withdrawal
}

// AuctionItem is one receivable of a lot.
type AuctionItem struct {
	Receivable id.Receivable  `cbor:"1,keyasint"`
	Amount     money.Minor    `cbor:"2,keyasint"`           // that is financed of it
	Outcomes   []rule.Outcome `cbor:"3,keyasint,omitempty"` // that every bidder was shown, and took on with its bid
	Financing  id.Financing   `cbor:"4,keyasint,omitempty"` // the winner's quote
	Refusal    string         `cbor:"5,keyasint,omitempty"` // code for which there is none
}

// OpenAuction offers receivables to the funders of a programme as one lot. The funder that asks for the lowest rate quotes
// all of them at that rate, and the seller accepts as it would any quote.
type OpenAuction struct {
	Programme   id.Programme       `cbor:"1,keyasint"`
	Receivables []id.Receivable    `cbor:"2,keyasint"`
	Payee       id.BankAccount     `cbor:"3,keyasint"`           // a verified account of the seller
	Lot         money.Minor        `cbor:"4,keyasint,omitempty"` // 0, or all that is on offer: one financing per evidence
	Reserve     money.Rate         `cbor:"5,keyasint"`           // the most that the seller pays a year
	Closes      int64              `cbor:"6,keyasint"`           // stamp before which sealed bids are taken
	Reveals     int64              `cbor:"7,keyasint"`           // and before which they are opened
	Disclosure  auction.Disclosure `cbor:"8,keyasint"`
}

// Kind names the stored form.
func (*OpenAuction) Kind() uint16 { return commandOpenAuction }

func (c *OpenAuction) decide(d *draft) *Rejection {
	p, rejection := d.auctionable(c.Programme)
	if rejection != nil {
		return rejection
	}
	if rejection := c.inOrder(d); rejection != nil {
		return rejection
	}
	seller, volume := id.Party(0), money.Minor(0)
	items, uses := make([]AuctionItem, len(c.Receivables)), make([]*use, len(c.Receivables))
	for i, r := range c.Receivables {
		u, rejection := c.onOffer(d, r)
		if rejection != nil {
			return rejection
		}
		seller, volume, uses[i] = u.seller, money.Add(volume, u.amount), u
		items[i] = AuctionItem{Receivable: r, Amount: u.amount, Outcomes: u.outcomes()}
	}
	if volume > auctionVolumeMax {
		return reject("amount_invalid", "receivables", "these receivables add up to more than an auction holds")
	}
	if c.Lot != 0 && c.Lot != volume {
		return reject("auction_divisible", "lot", "a receivable is financed as a whole and by one funder: the lot is all of it, %s, or nothing is said",
			money.Amount{Minor: volume, Currency: p.Currency})
	}
	d.emit(&AuctionOpened{Auction: Auction{
		Rules: auction.Auction{
			ID: id.Make[id.Auction](d.shard, d.number(tableAuction, d.auctions.count)), Programme: p.ID, Seller: seller, Volume: volume, Lot: volume, Least: volume,
			Reserve: c.Reserve, Closes: c.Closes, Reveals: c.Reveals, Currency: p.Currency, Margin: auction.MarginWhole, Disclosure: c.Disclosure,
		},
		Items: items, Payee: c.Payee, Maker: d.header.Actor, State: AuctionOpen,
	}})
	for _, u := range uses {
		u.decided(d, risk.AtAuction, nil)
	}
	return nil
}

// auctionable finds a programme in which funders can compete by rate.
func (d *draft) auctionable(programme id.Programme) (*funding.Programme, *Rejection) {
	p, rejection := d.live(programme)
	if rejection != nil {
		return nil, rejection
	}
	if len(p.Funders) < 2 {
		return nil, reject("auction_single_funder", "programme", "programme %s has one funder: there is nobody to bid against", p.ID)
	}
	if terms := &d.products.at(p.Product.Number()).Terms; terms.Form == product.Full && terms.Rate.Kind != product.RateOfFunder {
		return nil, reject("auction_rate_fixed", "programme", "the product of programme %s says the rate: there is nothing to bid", p.ID)
	}
	return p, nil
}

// inOrder refuses rules that can't be those of an auction.
func (c *OpenAuction) inOrder(d *draft) *Rejection {
	if c.Reserve <= 0 || c.Reserve > auctionRateMax {
		return reject("rate_invalid", "reserve", "the reserve %s is not above 0 and up to 100 %%", c.Reserve)
	}
	if c.Closes <= d.header.At || c.Reveals <= c.Closes || c.Reveals-d.header.At > AuctionMicrosMax {
		return reject("auction_times", "closes", "bids are taken for a time, and then opened for a time, within 31 days")
	}
	if c.Disclosure != auction.DiscloseSealed && c.Disclosure != auction.DiscloseOpened {
		return reject("disclosure_invalid", "disclosure", "what a bidder sees of the others' bids is not said")
	}
	if len(c.Receivables) == 0 || len(c.Receivables) > AuctionReceivablesMax {
		return reject("auction_lot", "receivables", "an auction is of 1 to %d receivables", AuctionReceivablesMax)
	}
	for i, r := range c.Receivables {
		if slices.Contains(c.Receivables[:i], r) {
			return reject("auction_lot", "receivables", "receivable %s is named twice", r)
		}
	}
	return nil
}

// onOffer finds one receivable of the lot, as it would be quoted today.
func (c *OpenAuction) onOffer(d *draft, r id.Receivable) (*use, *Rejection) {
	e, rejection := d.evidenceOf(r, 0, 0)
	if rejection != nil {
		return nil, rejection
	}
	if rejection := d.own(e.seller, "receivables"); rejection != nil {
		return nil, rejection
	}
	if rejection := d.unoffered(e.receivable, "receivables"); rejection != nil {
		return nil, rejection
	}
	u, rejection := d.eligible(e, c.Programme, c.Payee)
	if rejection != nil {
		return nil, rejection
	}
	if outcomes := u.outcomes(); rule.Worst(outcomes) == rule.Refuse {
		return nil, reject("auction_refused", "receivables", "a rule refuses receivable %s: %s", r, outcomes[0].Rule)
	}
	return u, nil
}

// auction finds an auction that is not over.
func (d *draft) auction(wanted id.Auction) (*Auction, *Rejection) {
	a := d.auctions.at(wanted.Number())
	if a == nil {
		return nil, reject("auction_unknown", "auction", "there is no auction %s", wanted)
	}
	if a.State != AuctionOpen {
		return nil, reject("auction_state", "auction", "auction %s is %s", wanted, a.State)
	}
	return a, nil
}

// PlaceBid hands in a sealed bid: nobody learns rate or volume from it.
type PlaceBid struct {
	Auction    id.Auction `cbor:"1,keyasint"`
	Commitment [32]byte   `cbor:"2,keyasint"` // auction.Commitment of what the bidder will open
}

// Kind names the stored form.
func (*PlaceBid) Kind() uint16 { return commandPlaceBid }

func (c *PlaceBid) decide(d *draft) *Rejection {
	a, rejection := d.auction(c.Auction)
	if rejection != nil {
		return rejection
	}
	p := d.programmes.at(a.Rules.Programme.Number())
	if !slices.ContainsFunc(p.Funders, func(f funding.Funder) bool { return f.Party == d.by() }) {
		return reject("other_party", "auction", "only the funders of programme %s bid", p.ID)
	}
	if d.header.At >= a.Rules.Closes {
		return reject("auction_closed", "auction", "auction %s takes no more bids", a.Rules.ID)
	}
	if c.Commitment == [32]byte{} {
		return reject("commitment_missing", "commitment", "the SHA-256 of the sealed bid is missing")
	}
	mine := 0
	for _, number := range d.bidsOf[a.Rules.ID] {
		other := d.bids.at(number.Number())
		if other.Commitment == c.Commitment {
			return reject("bid_repeated", "commitment", "this commitment was handed in already, as %s", other.ID)
		}
		if other.Bidder == d.by() {
			mine++
		}
	}
	if mine >= AuctionBidsMax {
		return reject("bids_too_many", "auction", "a funder bids %d times at most", AuctionBidsMax)
	}
	d.emit(&BidPlaced{Bid: auction.Bid{
		ID: id.Make[id.Bid](d.shard, d.number(tableBid, d.bids.count)), Auction: a.Rules.ID, Bidder: d.by(), Commitment: c.Commitment,
		At: d.header.At, Sequence: d.header.Sequence,
	}})
	return nil
}

// OpenBid shows what was sealed, once no more bids are taken. It is the funder's own decision to finance at this rate, on the
// outcomes of rules that the auction shows: its limits and its money must cover the lot.
type OpenBid struct {
	Bid    id.Bid      `cbor:"1,keyasint"`
	Rate   money.Rate  `cbor:"2,keyasint"`
	Volume money.Minor `cbor:"3,keyasint"`
	Nonce  [32]byte    `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*OpenBid) Kind() uint16 { return commandOpenBid }

func (c *OpenBid) decide(d *draft) *Rejection {
	bid := d.bids.at(c.Bid.Number())
	if bid == nil {
		return reject("bid_unknown", "bid", "there is no bid %s", c.Bid)
	}
	if bid.Bidder != d.by() {
		return reject("other_party", "bid", "only its bidder opens a bid")
	}
	a, rejection := d.auction(bid.Auction)
	if rejection != nil {
		return rejection
	}
	opened, fault := a.Rules.Open(*bid, auction.Opening{Rate: c.Rate, Volume: c.Volume, Nonce: c.Nonce}, d.header.At)
	switch fault {
	case auction.OpenedTooEarly:
		return reject("bid_opened_early", "bid", "bids are still taken: nobody may see another's before")
	case auction.OpenedTooLate:
		return reject("bid_opened_late", "bid", "the time of opening is over")
	case auction.OpenedTwice:
		return reject("bid_opened_twice", "bid", "bid %s is open", c.Bid)
	case auction.CommitmentDiffers:
		return reject("commitment_differs", "commitment", "this does not hash to what bid %s has sealed", c.Bid)
	}
	// What can't win is opened all the same: it is on record for what it is.
	if a.Rules.ValidateOffer(opened.Rate, opened.Volume) == 0 && opened.Rate <= a.Rules.Reserve {
		uses, _ := d.standingLot(a)
		if _, rejection := d.offerOf(a, uses, opened.Bidder, opened.Rate); rejection != nil {
			return rejection
		}
	}
	d.emit(&BidOpened{Bid: c.Bid, Opening: auction.Opening{Rate: c.Rate, Volume: c.Volume, Nonce: c.Nonce}, At: d.header.At})
	return nil
}

// AuctionOpened says that receivables are on offer, and under which rules.
type AuctionOpened struct {
	Auction Auction `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*AuctionOpened) Kind() uint16 { return eventAuctionOpened }

func (e *AuctionOpened) fold(b *Book) {
	number := e.Auction.Rules.ID.Number()
	b.auctions.add(number, e.Auction)
	a := b.auctions.at(number)
	b.indexAuction(a)
	b.onOffer(a, a.Rules.ID)
	b.touched(tableAuction, number, &a.Rules.Entry)
}

// unoffered refuses a receivable that is on offer.
func (d *draft) unoffered(r *receivable.Receivable, field string) *Rejection {
	if other := d.auctionOf[r.ID]; other != 0 {
		return reject("auction_running", field, "receivable %s is on offer in %s", r.ID, other)
	}
	return nil
}

// onOffer notes with the receivables of a lot in which auction they are, or that they are in none any more.
func (b *Book) onOffer(a *Auction, auction id.Auction) {
	for i := range a.Items {
		number := a.Items[i].Receivable.Number()
		r := b.receivables.at(number)
		r.Auction = auction
		b.touched(tableReceivable, number, &r.Entry)
	}
}

// indexAuction: auctionOf and auctionExpiry, from table auction.
func (b *Book) indexAuction(a *Auction) {
	if a.State != AuctionOpen {
		return
	}
	for i := range a.Items {
		b.auctionOf[a.Items[i].Receivable] = a.Rules.ID
	}
	b.auctionExpiry.push(expiry{a.Rules.Reveals - 1, a.Rules.ID.Number()}) // at Reveals it is over
}

// BidPlaced says that a sealed bid was handed in.
type BidPlaced struct {
	Bid auction.Bid `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*BidPlaced) Kind() uint16 { return eventBidPlaced }

func (e *BidPlaced) fold(b *Book) {
	number := e.Bid.ID.Number()
	b.bids.add(number, e.Bid)
	bid := b.bids.at(number)
	b.indexBid(bid)
	b.touched(tableBid, number, &bid.Entry)
}

// indexBid: bidsOf, from table bid.
func (b *Book) indexBid(bid *auction.Bid) {
	b.bidsOf[bid.Auction] = append(b.bidsOf[bid.Auction], bid.ID)
}

// BidOpened says what was sealed.
type BidOpened struct {
	Bid     id.Bid          `cbor:"1,keyasint"`
	Opening auction.Opening `cbor:"2,keyasint"`
	At      int64           `cbor:"3,keyasint"` // stamp
}

// Kind names the stored form.
func (*BidOpened) Kind() uint16 { return eventBidOpened }

func (e *BidOpened) fold(b *Book) {
	bid := b.bids.at(e.Bid.Number())
	bid.Rate, bid.Volume, bid.Nonce, bid.Opened = e.Opening.Rate, e.Opening.Volume, e.Opening.Nonce, e.At
	b.touched(tableBid, e.Bid.Number(), &bid.Entry)
}
