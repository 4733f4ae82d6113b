package book

import (
	"slices"

	auction "millrace/domain/allocation"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

func init() {
	registerCommand(func() act { return &AwardAuction{} })
	registerCommand(func() act { return &SettleAuctions{} })
	registerEvent(func() fact { return &AuctionAwarded{} })
	permitted[commandAwardAuction] = party.Operator | party.Seller
	permitted[commandSettleAuctions] = node
}

// AwardAuction ends an auction before its last stamp, when nothing can change its result any more: every bid is open.
type AwardAuction struct {
	Auction id.Auction `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*AwardAuction) Kind() uint16 { return commandAwardAuction }

func (c *AwardAuction) decide(d *draft) *Rejection {
	if a := d.auctions.at(c.Auction.Number()); a != nil {
		if rejection := d.own(a.Rules.Seller, "auction"); rejection != nil {
			return rejection
		}
	}
	a, rejection := d.auction(c.Auction)
	if rejection != nil {
		return rejection
	}
	if d.header.At < a.Rules.Closes {
		return reject("auction_taking_bids", "auction", "auction %s still takes bids", c.Auction)
	}
	for _, number := range d.bidsOf[c.Auction] {
		if d.header.At < a.Rules.Reveals && d.bids.at(number.Number()).Opened == 0 {
			return reject("bids_sealed", "auction", "not every bid is open yet, and there is time to open it")
		}
	}
	d.award(a)
	return nil
}

// SettleAuctions ends one auction whose time is over; the node gives it.
type SettleAuctions struct{}

// Kind names the stored form.
func (*SettleAuctions) Kind() uint16 { return commandSettleAuctions }

func (c *SettleAuctions) decide(d *draft) *Rejection {
	if a := d.dueAuction(d.header.At); a != nil {
		d.award(a)
	}
	return nil
}

// dueAuction is the auction whose time has been over for longest; nil for none. It does not depend on how the heap lies.
func (b *Book) dueAuction(at int64) *Auction {
	var due *expiry
	for i := range b.auctionExpiry {
		e := &b.auctionExpiry[i]
		if e.at < at && (due == nil || e.before(*due)) && b.auctions.at(e.number).State == AuctionOpen {
			due = e
		}
	}
	if due == nil {
		return nil
	}
	return b.auctions.at(due.number)
}

// auctionsDue tells whether an auction's time is over, and drops from the heap those that ended before.
func (b *Book) auctionsDue(at int64) bool {
	for len(b.auctionExpiry) > 0 && b.auctionExpiry[0].at < at {
		if b.auctions.at(b.auctionExpiry[0].number).State == AuctionOpen {
			return true
		}
		b.auctionExpiry.pop()
	}
	return false
}

// award works the result out. Who has won quotes at the clearing rate whatever of the lot can still be financed; for the rest
// the event says why not. No other bid takes the winner's place: the result would no longer be the one that the bids give.
func (d *draft) award(a *Auction) {
	bids := make([]auction.Bid, 0, len(d.bidsOf[a.Rules.ID]))
	for _, number := range d.bidsOf[a.Rules.ID] {
		bids = append(bids, *d.bids.at(number.Number()))
	}
	e := &AuctionAwarded{Auction: a.Rules.ID, State: AuctionUnfilled, At: d.header.At, Items: slices.Clone(a.Items), Result: auction.Solve(&a.Rules, bids)}
	var quotes []funding.Financing
	var uses []*use
	for _, award := range e.Result.Awards {
		if award.Volume > 0 {
			e.Winner, e.State = award.Bidder, AuctionVoid
			quotes, uses = d.quoteLot(a, e)
		}
	}
	if len(quotes) > 0 {
		e.State = AuctionSold
	}
	d.emit(e)
	for i := range quotes {
		d.emit(&FinancingOpened{Financing: quotes[i]})
		uses[i].decided(d, risk.AtQuote, &quotes[i])
	}
}

// quoteLot quotes what of the lot can still be financed, and notes in the event what came of each receivable.
func (d *draft) quoteLot(a *Auction, e *AuctionAwarded) ([]funding.Financing, []*use) {
	uses, refusals := d.standingLot(a)
	quotes, rejection := d.offerOf(a, uses, e.Winner, e.Result.Clearing)
	var quoted []*use
	next := 0
	for i := range e.Items {
		switch {
		case uses[i] == nil:
			e.Items[i].Refusal = refusals[i].Code
		case rejection != nil:
			e.Items[i].Refusal = rejection.Code
		default:
			quotes[next].ID = id.Make[id.Financing](d.shard, d.number(tableFinancing, d.financings.count))
			e.Items[i].Financing = quotes[next].ID
			quoted = append(quoted, uses[i])
			next++
		}
	}
	if rejection != nil {
		return nil, nil
	}
	return quotes, quoted
}

// standingLot asks of each receivable of a lot whether it can be financed today as it was put on offer: its use, or nil and why not.
func (d *draft) standingLot(a *Auction) ([]*use, []*Rejection) {
	uses, refusals := make([]*use, len(a.Items)), make([]*Rejection, len(a.Items))
	for i := range a.Items {
		uses[i], refusals[i] = d.stillOnOffer(a, &a.Items[i])
	}
	return uses, refusals
}

func (d *draft) stillOnOffer(a *Auction, item *AuctionItem) (*use, *Rejection) {
	e, rejection := d.evidenceOf(item.Receivable, 0, 0)
	if rejection != nil {
		return nil, rejection
	}
	u, rejection := d.eligible(e, a.Rules.Programme, a.Payee)
	if rejection != nil {
		return nil, rejection
	}
	if u.amount < item.Amount {
		return nil, reject("amount_changed", "auction", "only %s of %s is left to finance", money.Amount{Minor: u.amount, Currency: a.Rules.Currency}, item.Receivable)
	}
	for _, outcome := range u.outcomes() {
		if outcome.Verdict == rule.Refuse || !foreseen(outcome, item.Outcomes) {
			return nil, reject("risk_changed", "auction", "rule %s has changed its verdict on %s since the auction was opened", outcome.Rule, item.Receivable)
		}
	}
	u.amount = item.Amount
	return u, nil
}

// offerOf is what one funder would quote at a rate for what of the lot can be financed, or the rejection where its legal ground, its
// limits or its money do not cover all of that.
func (d *draft) offerOf(a *Auction, uses []*use, funder id.Party, rate money.Rate) ([]funding.Financing, *Rejection) {
	var quotes []funding.Financing
	principal, out := money.Minor(0), money.Minor(0)
	for i, u := range uses {
		if u == nil {
			continue
		}
		f := funding.Financing{
			Receivable: a.Items[i].Receivable, Programme: a.Rules.Programme, Product: u.product.ID, Funder: funder, Seller: u.seller, Buyer: u.buyer,
			Payee: a.Payee, Amount: u.amount, Maker: a.Maker, Due: u.due, Value: d.today(), Currency: a.Rules.Currency, State: funding.Quoted,
			ValidUntil: d.header.At + int64(u.product.Terms.QuoteSeconds)*1_000_000,
		}
		d.locate(&f)
		if rejection := u.grounded(d, funder); rejection != nil {
			return nil, rejection
		}
		f.Outcomes = u.outcomes() // on its own review: what that refers it takes on with its bid
		price, rejection := u.priced(d, funding.Funder{Party: funder, Rate: rate}, &f)
		if rejection != nil {
			return nil, rejection
		}
		if price.Net <= 0 {
			return nil, reject("nothing_left", "auction", "discount and fee would take all of %s", money.Amount{Minor: price.Principal, Currency: f.Currency})
		}
		f.Principal, f.Discount, f.Fee, f.Net = price.Principal, price.Discount, price.Fee, price.Net
		principal, out = money.Add(principal, f.Principal), money.Add(out, d.outlay(&f))
		if rejection := u.bids(d, &f, principal); rejection != nil {
			return nil, rejection
		}
		quotes = append(quotes, f)
	}
	if len(quotes) == 0 {
		return nil, nil
	}
	if _, rejection := d.limitsOf(d.limitKeys(&quotes[0]), principal); rejection != nil {
		return nil, rejection
	}
	p := d.programmes.at(a.Rules.Programme.Number())
	if free := d.available(fundingKey(p, funder)); free < out {
		return nil, reject("funds_insufficient", "auction", "the funder has not enough money in the programme; %s is needed", money.Amount{Minor: out, Currency: p.Currency})
	}
	return quotes, nil
}

// AuctionAwarded says what came of an auction: of every bid, the losers' too, and of every receivable.
type AuctionAwarded struct {
	Auction id.Auction     `cbor:"1,keyasint"`
	State   AuctionState   `cbor:"2,keyasint"`
	Winner  id.Party       `cbor:"3,keyasint,omitempty"`
	At      int64          `cbor:"4,keyasint"`
	Items   []AuctionItem  `cbor:"5,keyasint"`
	Result  auction.Result `cbor:"6,keyasint"`
}

// Kind names the stored form.
func (*AuctionAwarded) Kind() uint16 { return eventAuctionAwarded }

func (e *AuctionAwarded) fold(b *Book) {
	a := b.auctions.at(e.Auction.Number())
	a.State, a.Winner, a.Awarded, a.Items, a.Result = e.State, e.Winner, e.At, e.Items, e.Result
	for i := range a.Items {
		delete(b.auctionOf, a.Items[i].Receivable)
	}
	b.onOffer(a, 0)
	b.touched(tableAuction, e.Auction.Number(), &a.Rules.Entry)
}
