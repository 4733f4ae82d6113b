package book

import (
	"encoding/binary"

	"millrace/domain/duplicate"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

// goodsUnits are the units in which accounts of goods are kept: one of each dimension that converts, of a size in which
// trade is done. What is measured otherwise is kept in its own unit.
var goodsUnits = map[trade.Dimension]trade.Unit{
	trade.Count: trade.UnitOf("C62"), trade.Mass: trade.UnitOf("KGM"), trade.Length: trade.UnitOf("MTR"), trade.Area: trade.UnitOf("MTK"),
	trade.Volume: trade.UnitOf("LTR"), trade.Time: trade.UnitOf("HUR"), trade.Month: trade.UnitOf("MON"), trade.Energy: trade.UnitOf("KWH"),
	trade.Power: trade.UnitOf("KWT"), trade.Data: trade.UnitOf("4L"),
}

// goodOf finds the account of an item measured in a unit, and restates a quantity in the account's unit. It is not ok where
// the item or the unit is not told or the quantity is too large to restate.
func goodOf(seller, buyer uint32, item uint64, unit trade.Unit) (good duplicate.Good, of trade.Unit, ok bool) {
	if item == 0 || unit == 0 {
		return 0, 0, false
	}
	of = unit
	if common, found := goodsUnits[unit.Dimension()]; found {
		of = common
	}
	return duplicate.GoodOf(seller, buyer, item, uint32(of)), of, true
}

// countGoods gives what a line of a trade says of its good.
func countGoods(t *trade.Trade, l *trade.MatchedLine) (good duplicate.Good, m duplicate.Movement, ok bool) {
	good, of, ok := goodOf(uint32(t.Seller.Number()), uint32(t.Buyer.Number()), l.Item&^1, l.Unit)
	if !ok {
		return 0, m, false
	}
	arrived := l.Shipped
	if t.Documented()&trade.Received != 0 {
		arrived = l.Received
	}
	restate := func(q trade.Quantity) int64 {
		restated, fits := q.In(l.Unit, of)
		ok = ok && fits
		return int64(restated)
	}
	m = duplicate.Movement{Ordered: restate(l.Ordered), Arrived: restate(arrived), Billed: restate(l.Invoiced) - restate(l.Credited)}
	return good, m, ok
}

// regoods brings the accounts of goods from one state of a trade to another; nil for none. Lines that are the same in both are
// passed over, so that one more document costs what it changes.
func (b *Book) regoods(was, is *trade.Trade) {
	var none trade.Trade
	if was == nil {
		was = &none
	}
	if is == nil {
		is = &none
	}
	const arrival = trade.Received
	alike := was.Documented()&arrival == is.Documented()&arrival
	for i := range max(len(was.Lines), len(is.Lines)) {
		if alike && i < len(was.Lines) && i < len(is.Lines) && was.Lines[i] == is.Lines[i] {
			continue
		}
		if i < len(was.Lines) {
			if good, m, ok := countGoods(was, &was.Lines[i]); ok {
				b.goods.Remove(good, m)
			}
		}
		if i < len(is.Lines) {
			if good, m, ok := countGoods(is, &is.Lines[i]); ok {
				b.goods.Add(good, m)
			}
		}
	}
	b.doubtGoods(was, b.goods.Add)
	b.doubtGoods(is, b.goods.Remove)
}

// loadedGoods builds the accounts of goods from table trade.
func (b *Book) loadedGoods() {
	for number := uint64(1); number <= b.trades.count; number++ {
		b.regoods(nil, b.trades.at(number))
	}
}

// doubtGoods calls move with what the doubted invoices of a trade bill.
func (b *Book) doubtGoods(t *trade.Trade, move func(duplicate.Good, duplicate.Movement)) {
	for i := range t.Doubts {
		for _, line := range t.Doubts[i].Lines {
			good, of, ok := goodOf(uint32(t.Seller.Number()), uint32(t.Buyer.Number()), line.Item, line.Unit)
			if quantity, fits := line.Quantity.In(line.Unit, of); ok && fits {
				move(good, duplicate.Movement{Billed: int64(quantity)})
			}
		}
	}
}

// covers holds what an invoice bills against the accounts of its goods. Where an item or a unit is not told, nothing is known.
func (d *draft) covers(c *duplicate.Claim, doc *trade.Document) duplicate.Covers {
	billed := make([]duplicate.Billing, 0, 8)
	for i := range doc.Lines {
		line := &doc.Lines[i]
		unit := trade.UnitOf(line.Unit)
		good, of, ok := goodOf(c.Seller, c.Buyer, binary.BigEndian.Uint64(line.Item[:])&^1, unit)
		quantity, fits := line.Quantity.In(unit, of)
		if !ok || !fits {
			return 0
		}
		billed = append(billed, duplicate.Billing{Good: good, Quantity: int64(quantity)})
	}
	return d.goods.Cover(billed)
}

// likenesses are the findings by which the ladder doubts an invoice that it keeps.
var likenesses = trade.BitOf(trade.FindingSameContent) | trade.BitOf(trade.FindingNear) | trade.BitOf(trade.FindingCrossType) |
	trade.BitOf(trade.FindingSameAmount)

// believe lifts the doubt about the invoice of a receivable once no finding of the ladder stands against it.
func (b *Book) believe(r *receivable.Receivable) {
	t := b.standing(r.Trade)
	if t == nil || trade.FindingSet(r.Findings)&likenesses != 0 {
		return
	}
	believed := t.Believe(r.Document)
	if len(believed.Doubts) == len(t.Doubts) {
		return
	}
	b.regoods(t, &believed)
	t.Doubts = believed.Doubts
	b.touched(tableTrade, t.ID.Number(), &t.Entry)
}
