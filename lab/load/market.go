package load

import (
	"fmt"

	"millrace/book"
	"millrace/domain/allocation"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/trade"
)

// Market is a world in which several funders bid for what its sellers put up: each has signed, has money in the programme, and
// a limit of its own.
type Market struct {
	*World
	Programme    id.Programme
	Bidders      []id.Party // the first is the world's funder
	BidderActors []id.Actor
}

// Market adds a programme of so many funders (2 to 9) to a world.
func (w *World) Market(submit Submit, funders int) (*Market, error) {
	b := &builder{submit: submit}
	m := &Market{World: w, Bidders: []id.Party{w.Funder}, BidderActors: []id.Actor{w.FunderActor}}
	parts := w.others(b, m, funders, "market")
	m.Programme = w.programme(b, product.PayablesFinance(uint16(trade.Ordered|trade.Received|trade.Invoiced|trade.Confirmed)), func(p *book.ProposeProgramme) { p.Funders = parts })
	w.equip(b, m)
	return m, b.err
}

// others adds to a market of the world's own funder those that it needs.
func (w *World) others(b *builder, m *Market, funders int, of string) []funding.Funder {
	parts := []funding.Funder{{Party: w.Funder, Priority: 1, Rate: 48_000}}
	for n := 2; n <= funders; n++ {
		name := fmt.Sprintf("funder %d of the %s", n, of)
		p := b.party(w.Maker, name, party.Funder)
		actor := b.actor(w.Maker, p, party.Funder)
		m.Bidders, m.BidderActors = append(m.Bidders, p), append(m.BidderActors, actor)
		w.enrol(b, p, actor, name)
		parts = append(parts, funding.Funder{Party: p, Priority: uint8(n), Rate: 48_000})
	}
	return parts
}

// Seal makes the sealed bid of one of the market's funders, and what opens it. A market has no secrets: its nonces follow from the
// text.
func (m *Market) Seal(auction id.Auction, bidder int, rate money.Rate, volume money.Minor, text string) (*book.PlaceBid, allocation.Opening) {
	opening := allocation.Opening{Rate: rate, Volume: volume, Nonce: reference(text)}
	return &book.PlaceBid{Auction: auction, Commitment: allocation.Commitment(auction, m.Bidders[bidder], opening)}, opening
}
