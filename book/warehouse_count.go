package book

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/movement"
	"millrace/domain/trade"
)

func init() { registerEvent(func() fact { return &StockCounted{} }) }

// StockCount is a count of goods at a place, held against the receipts that stand for them. One that found less stops their use
// until a later count finds enough or a person has cleared it.
type StockCount struct {
	ID        id.StockCount      `cbor:"1,keyasint"`
	Movement  id.Movement        `cbor:"2,keyasint"` // that reported it
	Location  inventory.Token    `cbor:"3,keyasint"`
	Owner     id.Party           `cbor:"4,keyasint"`
	Item      inventory.Token    `cbor:"5,keyasint"`
	Unit      trade.Unit         `cbor:"6,keyasint"` // of both quantities
	Counted   inventory.Quantity `cbor:"7,keyasint"`
	Receipted inventory.Quantity `cbor:"8,keyasint"` // of receipts that stand
	On        calendar.Date      `cbor:"9,keyasint"` // business date
	Observed  int64              `cbor:"10,keyasint"`
	Cleared   id.Actor           `cbor:"11,keyasint,omitempty"`
	Entry     uint64             `cbor:"12,keyasint"`
}

// Short tells whether there was less than receipts say.
func (c *StockCount) Short() bool { return c.Counted < c.Receipted }

func (c *StockCount) store() store { return store{c.Location, c.Owner, c.Item, c.Unit} }

// countStock holds what a movement has counted against the receipts for these goods.
func (d *draft) countStock(m *movement.Movement, goods []movement.Goods) {
	if m.Kind != movement.Counted || m.Owner == 0 {
		return
	}
	var counted tally[store]
	for _, g := range goods {
		unit := trade.UnitOf(g.Unit)
		if g.Unit == "" {
			unit = trade.UnitOf("C62")
		}
		key := store{inventory.Token(m.Location), m.Owner, inventory.Token(g.Item), storedAs(g.Unit)}
		quantity, fits := trade.Quantity(g.Quantity).In(unit, key.unit)
		if len(d.stored[key]) > 0 && fits && g.Quantity >= 0 && int64(quantity) <= int64(inventory.QuantityMax) {
			counted.add(key, money.Minor(quantity))
		}
	}
	for i, key := range counted.keys {
		d.emit(&StockCounted{Count: StockCount{
			ID: id.Make[id.StockCount](d.shard, d.number(tableStockCount, d.stockCounts.count)), Movement: m.ID, Location: key.location, Owner: key.owner,
			Item: key.item, Unit: key.unit, Counted: inventory.Quantity(counted.sums[i]), Receipted: d.receipted(key), On: d.today(), Observed: m.Observed,
		}})
	}
}

// receipted is what receipts say is in a store, in its unit; what does not restate counts as the most there can be.
func (b *Book) receipted(key store) inventory.Quantity {
	sum := inventory.Quantity(0)
	for _, number := range b.stored[key] {
		r := b.stock.at(number.Number())
		quantity, fits := trade.Quantity(r.Quantity).In(trade.UnitOf(r.Lot.Unit), key.unit)
		if !fits || sum > inventory.QuantityMax-inventory.Quantity(quantity) {
			return inventory.QuantityMax
		}
		sum += inventory.Quantity(quantity)
	}
	return sum
}

// latestCount is the newest count of a store that stands; nil for none.
func (b *Book) latestCount(key store) *StockCount {
	list := b.countsOf[key]
	for i := len(list) - 1; i >= 0; i-- {
		count := b.stockCounts.at(list[i].Number())
		if b.movements.at(count.Movement.Number()).State == movement.Standing {
			return count
		}
	}
	return nil
}

// StockCounted says what a count has found.
type StockCounted struct {
	Count StockCount `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*StockCounted) Kind() uint16 { return eventStockCounted }

func (e *StockCounted) fold(b *Book) {
	number := e.Count.ID.Number()
	b.stockCounts.add(number, e.Count)
	b.touched(tableStockCount, number, &b.stockCounts.at(number).Entry)
	b.indexStockCount(b.stockCounts.at(number))
}

// indexStockCount: countsOf, in the order in which goods were counted, from table stock_count.
func (b *Book) indexStockCount(c *StockCount) {
	key := c.store()
	list := append(b.countsOf[key], c.ID)
	for i := len(list) - 1; i > 0 && b.stockCounts.at(list[i-1].Number()).Observed > c.Observed; i-- {
		list[i-1], list[i] = list[i], list[i-1]
	}
	b.countsOf[key] = list
}
