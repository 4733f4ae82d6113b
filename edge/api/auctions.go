package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/allocation"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies of auctions.
type (
	// AuctionBody puts receivables up.
	AuctionBody struct {
		Programme   string   `json:"programme" doc:"whose funders bid"`
		Receivables []string `json:"receivables" minItems:"1" maxItems:"50" doc:"of one seller, which go as one lot"`
		Payee       string   `json:"payee" doc:"a verified bank account of the seller"`
		Lot         *Amount  `json:"lot,omitempty" doc:"missing, or all that is on offer: a receivable is financed by one funder"`
		Reserve     string   `json:"reserve" doc:"the most that the seller pays, per cent a year" example:"6.0000"`
		Closes      string   `json:"closes" doc:"before then sealed bids are taken, RFC 3339"`
		Reveals     string   `json:"reveals" doc:"and before then they are opened, RFC 3339"`
		Disclosure  string   `json:"disclosure" enum:"sealed,opened" doc:"what a bidder sees of the others' bids when it is over"`
	}
	// BidBody hands in a sealed bid.
	BidBody struct {
		Commitment string `json:"commitment" minLength:"64" maxLength:"64" doc:"SHA-256 of the six lines that name auction, bidder, rate, volume and nonce, hexadecimal"`
	}
	// OpeningBody opens a bid.
	OpeningBody struct {
		Rate   string `json:"rate" doc:"per cent a year, as it was sealed" example:"4.2000"`
		Volume Amount `json:"volume" doc:"as it was sealed: the whole lot, or the bid is invalid"`
		Nonce  string `json:"nonce" minLength:"64" maxLength:"64" doc:"hexadecimal"`
	}
)

func (s *server) registerAuctions() {
	getter(s, "get_auction", (*view.View).Auction)
	lister(s, "list_auctions", (*view.View).Auctions, "state", "party", "programme")
	getter(s, "get_bid", (*view.View).Bid)
	lister(s, "list_bids", (*view.View).Bids)
	getter(s, "get_auction_view", (*view.View).AuctionSheet)
	register(s, act[AuctionBody, view.Auction]{
		name: "open_auction", status: http.StatusCreated, build: buildAuction,
		show: shown(func(_ *book.OpenAuction, a *engine.Answer) id.Auction {
			return event[*book.AuctionOpened](a).Auction.Rules.ID
		}, (*view.View).Auction),
	})
	register(s, act[BidBody, view.Bid]{
		name: "place_bid", addressed: "auction", status: http.StatusCreated,
		build: func(x *call, of string, body *BidBody) (book.Command, error) {
			auction, _, err := addressed(x, of, (*view.View).Auction)
			c := &book.PlaceBid{Auction: auction}
			x.hexadecimal("commitment", body.Commitment, c.Commitment[:])
			return c, err
		},
		show: shown(func(_ *book.PlaceBid, a *engine.Answer) id.Bid { return event[*book.BidPlaced](a).Bid.ID }, (*view.View).Bid),
	})
	register(s, act[OpeningBody, view.Bid]{
		name: "open_bid", addressed: "bid", status: http.StatusOK, build: buildOpening,
		show: shown(func(c *book.OpenBid, _ *engine.Answer) id.Bid { return c.Bid }, (*view.View).Bid),
	})
	register(s, act[nothing, view.Auction]{
		name: "award_auction", addressed: "auction", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			auction, _, err := addressed(x, of, (*view.View).Auction)
			return &book.AwardAuction{Auction: auction}, err
		},
		show: shown(func(c *book.AwardAuction, _ *engine.Answer) id.Auction { return c.Auction }, (*view.View).Auction),
	})
}

var disclosures = []string{"", allocation.DiscloseSealed.String(), allocation.DiscloseOpened.String()}

func buildAuction(x *call, _ string, body *AuctionBody) (book.Command, error) {
	c := &book.OpenAuction{
		Programme: required[id.Programme](x.fields, "programme", body.Programme), Payee: required[id.BankAccount](x.fields, "payee", body.Payee),
		Reserve: x.percent("reserve", body.Reserve), Closes: x.stamp("closes", body.Closes), Reveals: x.stamp("reveals", body.Reveals),
		Disclosure: allocation.Disclosure(x.choice("disclosure", body.Disclosure, disclosures)),
	}
	for _, r := range body.Receivables {
		c.Receivables = append(c.Receivables, required[id.Receivable](x.fields, "receivables", r))
	}
	if body.Lot == nil {
		return c, nil
	}
	_, programme, err := named(x, "programme", body.Programme, (*view.View).Programme)
	if err != nil {
		return nil, err
	}
	currency, _ := money.ParseCurrency(programme.Currency)
	if c.Lot = x.amountIn("lot", *body.Lot, currency); c.Lot == 0 {
		x.bad("lot", body.Lot.Text, "is left out where all is meant")
	}
	return c, nil
}

func buildOpening(x *call, of string, body *OpeningBody) (book.Command, error) {
	number, bid, err := addressed(x, of, (*view.View).Bid)
	if err != nil {
		return nil, err
	}
	_, auction, err := addressed(x, bid.Auction, (*view.View).Auction)
	if err != nil {
		return nil, err
	}
	c := &book.OpenBid{Bid: number, Rate: x.percent("rate", body.Rate), Volume: x.amountIn("volume", body.Volume, currencyOf(auction.Volume))}
	x.hexadecimal("nonce", body.Nonce, c.Nonce[:])
	return c, nil
}
