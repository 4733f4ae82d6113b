package economy

import (
	"context"
	"encoding/binary"
	"fmt"

	"millrace/book"
	"millrace/domain/allocation"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/movement"
	"millrace/domain/product"
	"millrace/edge/document"
	"millrace/edge/intake"
	"millrace/edge/observation"
	"millrace/lab/load"
)

// How often people do what is seldom done, in days.
const (
	auctionsEvery = 3
	countsEvery   = 15
	revisedEvery  = 30
)

// reserveRate is the most that a seller pays a year for what it puts up to auction.
const reserveRate = money.Rate(90_000)

// contest tells whether a claim goes to auction instead of being quoted: one every few days, of a buyer round which two funders lend.
func (e *Economy) contest(c *claim, p id.Programme) bool {
	m := c.tie.buyer.market
	if m.rivals && p == m.open && c.ID != 0 && !c.again && e.day >= e.auctioned+auctionsEvery {
		e.auctioned = e.day
		return true
	}
	return false
}

// rival is a funder that bids.
type rival struct {
	funder  *funder
	bid     id.Bid
	opening allocation.Opening
}

// auction has a seller put a claim up: two funders bid sealed, one of them on the next day, open their bids some days later, and the lower one quotes.
func (e *Economy) auction(c *claim, p id.Programme) error {
	closes := e.stamp(e.at(4, morning)) - 3_600_000_000 // an hour before
	events, accepted, err := e.try(c.tie.seller.selling, &book.OpenAuction{
		Programme: p, Receivables: []id.Receivable{c.ID}, Payee: c.tie.seller.account, Reserve: reserveRate, Closes: closes, Reveals: closes + 86_400_000_000, Disclosure: allocation.DiscloseSealed,
	})
	if err != nil || !accepted {
		return err
	}
	opened, _ := find[*book.AuctionOpened](events)
	rules := opened.Auction.Rules
	rivals := []*rival{{funder: c.tie.buyer.market.funders[1]}, {funder: c.tie.buyer.market.funders[0]}}
	for i, r := range rivals {
		e.later(i, func() error { return e.bid(&rules, r) })
	}
	e.in(4, func() error { return e.reveal(rivals) })
	e.later(4, func() error {
		_, _, err := e.try(c.tie.seller.selling, &book.AwardAuction{Auction: rules.ID})
		return err
	})
	return nil
}

// bid hands a sealed bid in.
func (e *Economy) bid(rules *allocation.Auction, r *rival) error {
	r.opening = allocation.Opening{Rate: money.Rate(10 * e.random.between(4_000, 6_500)), Volume: rules.Volume}
	binary.BigEndian.PutUint64(r.opening.Nonce[:], e.random.Uint64())
	events, accepted, err := e.try(r.funder.selling, &book.PlaceBid{Auction: rules.ID, Commitment: allocation.Commitment(rules.ID, r.funder.id, r.opening)})
	if err == nil && accepted {
		placed, _ := find[*book.BidPlaced](events)
		r.bid = placed.Bid.ID
	}
	return err
}

func (e *Economy) reveal(rivals []*rival) error {
	for _, r := range rivals {
		if r.bid == 0 {
			continue
		}
		if _, _, err := e.try(r.funder.selling, &book.OpenBid{Bid: r.bid, Rate: r.opening.Rate, Volume: r.opening.Volume, Nonce: r.opening.Nonce}); err != nil {
			return err
		}
	}
	return nil
}

// shelf is what a keeper has in store for an owner.
type shelf struct {
	receipt       id.WarehouseReceipt
	said          intake.Stored
	quantity      inventory.Quantity
	keeper, owner *firm
}

// count has a keeper count goods that nobody has lent on. A tonne is missing, until they are counted once more.
func (e *Economy) count() (err error) {
	for i, s := range e.shelves {
		if c := e.stored[s.receipt]; c == nil || c.loan != nil || s.quantity <= inventory.QuantityOne {
			continue
		}
		e.shelves = append(append(e.shelves[:i:i], e.shelves[i+1:]...), s)
		err = e.counted(s, s.quantity-inventory.QuantityOne)
		e.in(countsEvery, func() error { return e.counted(s, s.quantity) })
		break
	}
	e.in(countsEvery, e.count)
	return err
}

func (e *Economy) counted(s shelf, found inventory.Quantity) error {
	at := e.stamp(e.turn())
	report := fmt.Sprintf("count of %s at %d: %s TNE", s.said.Number, at, movement.Quantity(found))
	commands, err := e.intake.PrepareMovements(context.Background(), []observation.Observation{{
		Index: 1, Identity: fmt.Sprintf("%s/%d/%d", s.said.Number, at, found), Content: []byte(report), Kind: movement.Counted, Source: movement.StockCount, Observed: at,
		Location: document.Identifier{Scheme: s.said.Location.Scheme, Value: s.said.Location.Value},
		Owner:    document.Party{Name: s.owner.name, Country: "DE", Identifiers: []document.Identifier{{Kind: document.IdentifierTax, Scheme: "VAT", Value: s.owner.vat}}},
		Goods:    []observation.Goods{{Item: document.Item{SellerID: s.said.Item.Value}, Quantity: movement.Quantity(found), Unit: load.Copper.Unit}},
	}}, []byte(report), "folder")
	if err != nil {
		return err
	}
	_, _, err = e.try(s.keeper.selling, commands[0])
	return err
}

// revise has the operator propose another version of the terms on papers; a second person approves it when the next one comes.
func (e *Economy) revise() error {
	e.in(revisedEvery, e.revise)
	terms := openTerms()
	terms.FeeRate = money.Rate(100 * e.random.between(5, 30))
	events, accepted, err := e.try(e.Maker, &book.ProposeProduct{Terms: terms})
	if err != nil || !accepted {
		return err
	}
	made, _ := find[*book.ProductProposed](events)
	e.later(revisedEvery, func() error {
		_, _, err := e.try(e.Checker, &book.ApproveProduct{Product: made.Product.ID})
		return err
	})
	return nil
}

// openTerms are those of discounting on matched papers.
func openTerms() product.Terms {
	terms := product.ReceivablesDiscounting(openEvidence)
	terms.Name, terms.Undertaking = "Discounting on papers", product.UndertakingNone
	return terms
}

// lendsSecond is a funder that lends where the first one does not, or where it bids lower.
func lendsSecond(of *funder) funding.Funder {
	return funding.Funder{Party: of.id, Priority: 2, Rate: 64_000}
}
