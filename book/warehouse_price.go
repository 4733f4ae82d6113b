package book

import (
	"cmp"
	"slices"

	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeStockPrice{} })
	registerCommand(func() act { return &ApproveStockPrice{} })
	registerEvent(func() fact { return &StockPriceProposed{} })
	registerEvent(func() fact { return &StockPriceDecided{} })
	permitted[commandProposeStockPrice] = party.Operator | party.Funder
	permitted[commandApproveStockPrice] = party.Operator
}

// PriceState is where a price stands.
type PriceState uint8

// The states of a price.
const (
	PriceWaits PriceState = 1 + iota
	PriceCounts
	PriceDeclined
)

// String is the name used in API and console.
func (s PriceState) String() string { return [...]string{"", "proposed", "live", "declined"}[s] }

// StockPrice is a price of goods on a day. It counts from the moment when a second person has approved it, and is never changed:
// a correction is a later one.
type StockPrice struct {
	ID      id.StockPrice   `cbor:"1,keyasint"`
	Price   inventory.Price `cbor:"2,keyasint"` // its sequence is 0 until it counts
	State   PriceState      `cbor:"3,keyasint"`
	Maker   id.Actor        `cbor:"4,keyasint"`
	Checker id.Actor        `cbor:"5,keyasint,omitempty"`
	Entry   uint64          `cbor:"6,keyasint"`
}

// PriceSourceMax is the most bytes of the name of a price's source.
const PriceSourceMax = 60

// series is what prices are compared in.
type series struct {
	lot      inventory.Lot
	currency money.Currency
}

// ProposeStockPrice says what goods cost on a day, as a source gives it.
type ProposeStockPrice struct {
	Price inventory.Price `cbor:"1,keyasint"` // without sequence and entry
}

// Kind names the stored form.
func (*ProposeStockPrice) Kind() uint16 { return commandProposeStockPrice }

func (c *ProposeStockPrice) decide(d *draft) *Rejection {
	p := c.Price
	if rejection := checkLot(p.Lot); rejection != nil {
		return rejection
	}
	if !p.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if len(p.Source) > PriceSourceMax {
		return reject("price_invalid", "source", "the name of a source has at most %d bytes", PriceSourceMax)
	}
	if p.Date > d.today() {
		return reject("date_invalid", "date", "a price is of %s or before", d.today())
	}
	p.Sequence, p.Entry = 0, 0
	if rejection := d.appends(p); rejection != nil {
		return rejection
	}
	d.emit(&StockPriceProposed{Price: StockPrice{
		ID: id.Make[id.StockPrice](d.shard, d.number(tableStockPrice, d.stockPrices.count)), Price: p, State: PriceWaits, Maker: d.header.Actor,
	}})
	return nil
}

// appends refuses a price that can't stand at the end of its series.
func (d *draft) appends(p inventory.Price) *Rejection {
	known := d.seriesOf[series{p.Lot, p.Currency}]
	p.Sequence = uint64(len(known)) + 1
	if n := len(known); n > 0 {
		known = known[n-1:]
		p.Sequence = 2
	}
	if _, refusal := inventory.Append(slices.Clip(known), p); refusal != 0 {
		return reject("price_invalid", "price", "the price can't be the next of its series: %s", refusal)
	}
	return nil
}

// ApproveStockPrice is a second person's decision on a price.
type ApproveStockPrice struct {
	Price    id.StockPrice `cbor:"1,keyasint"`
	Decision Decision      `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ApproveStockPrice) Kind() uint16 { return commandApproveStockPrice }

func (c *ApproveStockPrice) decide(d *draft) *Rejection {
	p := d.stockPrices.at(c.Price.Number())
	if p == nil {
		return reject("stock_price_unknown", "price", "there is no price %s", c.Price)
	}
	if p.State != PriceWaits {
		return reject("stock_price_state", "price", "price %s is %s", c.Price, p.State)
	}
	if rejection := d.second(p.Maker); rejection != nil {
		return rejection
	}
	decided := &StockPriceDecided{Price: c.Price, State: PriceDeclined, Checker: d.header.Actor}
	switch c.Decision {
	case Decline:
	case Approve:
		if rejection := d.appends(p.Price); rejection != nil {
			return rejection
		}
		decided.State = PriceCounts
		decided.Sequence = uint64(len(d.seriesOf[series{p.Price.Lot, p.Price.Currency}])) + 1
	default:
		return reject("decision_invalid", "decision", "a price is approved or declined")
	}
	d.emit(decided)
	return nil
}

// StockPriceProposed says that a price was named.
type StockPriceProposed struct {
	Price StockPrice `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*StockPriceProposed) Kind() uint16 { return eventStockPriceProposed }

func (e *StockPriceProposed) fold(b *Book) {
	number := e.Price.ID.Number()
	b.stockPrices.add(number, e.Price)
	b.touched(tableStockPrice, number, &b.stockPrices.at(number).Entry)
}

// StockPriceDecided says that a price counts, or was declined.
type StockPriceDecided struct {
	Price    id.StockPrice `cbor:"1,keyasint"`
	State    PriceState    `cbor:"2,keyasint"`
	Checker  id.Actor      `cbor:"3,keyasint"`
	Sequence uint64        `cbor:"4,keyasint,omitempty"` // place in its series
}

// Kind names the stored form.
func (*StockPriceDecided) Kind() uint16 { return eventStockPriceDecided }

func (e *StockPriceDecided) fold(b *Book) {
	p := b.stockPrices.at(e.Price.Number())
	p.State, p.Checker, p.Price.Sequence = e.State, e.Checker, e.Sequence
	b.touched(tableStockPrice, e.Price.Number(), &p.Entry)
	b.indexStockPrice(p)
}

// indexStockPrice: seriesOf, from table stock_price. Prices come in the order of their numbers, and count in that of their approval.
func (b *Book) indexStockPrice(p *StockPrice) {
	if p.State != PriceCounts {
		return
	}
	key := series{p.Price.Lot, p.Price.Currency}
	list := b.seriesOf[key]
	at, _ := slices.BinarySearchFunc(list, p.Price.Sequence, func(known inventory.Price, sequence uint64) int { return cmp.Compare(known.Sequence, sequence) })
	b.seriesOf[key] = slices.Insert(list, at, p.Price)
}
