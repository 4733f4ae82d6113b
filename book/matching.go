package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/trade"
)

func init() {
	registerEvent(func() fact { return &TradesMerged{} })
}

// OthersMax is the most further orders and despatch advices that a document may name.
const OthersMax = 100

// standing finds a trade by its id: if it went into another one, that one. nil where there is none.
func (b *Book) standing(of id.Trade) *trade.Trade {
	t := b.trades.at(of.Number())
	for t != nil && t.MergedInto != 0 {
		t = b.trades.at(t.MergedInto.Number())
	}
	return t
}

// tradesKnown finds the trades to which the document belongs, each once, the lowest number first: those of the orders and
// despatch advices that it names, and the one in which others named it before it came. A credit note belongs to the
// trade of its invoice.
func (w *weighing) tradesKnown(d *draft) []*trade.Trade {
	c := w.command
	var known []*trade.Trade
	name := func(token trade.Token) {
		if token.IsZero() {
			return
		}
		packed, found := d.identities.get(identity(w.seller, w.buyer, token))
		if !found {
			return
		}
		if t := d.standing(d.tradeAt(unpackIdentity(packed))); t != nil && !slices.Contains(known, t) {
			known = append(known, t)
		}
	}
	if c.Document.Type == trade.CreditNote {
		if name(c.Invoice); len(known) > 0 {
			return known
		}
	}
	name(c.Number)
	if c.Document.Type != trade.Order {
		name(c.Order)
	}
	for _, other := range c.Others {
		name(other)
	}
	slices.SortFunc(known, func(a, b *trade.Trade) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return known
}

// roomInTrade refuses a document that would make its trade too large.
func (d *draft) roomInTrade(c *RecordDocument, seller, buyer id.Party) *Rejection {
	w := weighing{command: c, seller: seller, buyer: buyer}
	known := w.tradesKnown(d)
	lines, prospects := 0, 0
	for _, t := range known {
		lines += len(t.Lines)
		prospects += len(t.Prospects)
	}
	waits := c.Document.Type == trade.Invoice || c.Document.Type == trade.CreditNote
	if len(known) > 0 && (lines+len(c.Document.Lines) > TradeLinesMax || prospects >= ProspectsMax && waits) {
		return reject("trade_too_large", "lines", "trade %s has %d lines and %d waiting invoices: it takes no more", known[0].ID, lines, prospects)
	}
	return nil
}

// joined is the trade into which a document goes, before the document is in it.
type joined struct {
	trade  trade.Trade
	fresh  bool
	was    trade.Fact // of the trade that stands
	merged []id.Trade // those that go into it
}

// tradeOf finds the trade of the document, else begins one. Where the document belongs to several they become one, which
// keeps the lowest number.
func (w *weighing) tradeOf(d *draft) joined {
	known := w.tradesKnown(d)
	if len(known) == 0 {
		number := d.number(tableTrade, d.trades.count)
		return joined{trade: trade.Trade{ID: id.Make[id.Trade](d.shard, number), Seller: w.seller, Buyer: w.buyer}, fresh: true}
	}
	j := joined{trade: *known[0], was: known[0].Facts}
	for _, other := range known[1:] {
		j.trade = j.trade.Merge(other)
		j.merged = append(j.merged, other.ID)
	}
	return j
}

// creditProspect takes a credit note off an invoice that is not a receivable yet. One that came before its invoice waits
// for it in the trade.
func (w *weighing) creditProspect(d *draft, t *trade.Trade) {
	c := w.command
	if c.Invoice.IsZero() {
		return
	}
	invoice, amount := identity(w.seller, w.buyer, c.Invoice), face(&c.Document)
	for i, p := range t.Prospects {
		if p.Identity == invoice && !p.Early {
			if p.Currency == c.Document.Currency {
				t.Prospects = slices.Clone(t.Prospects)
				t.Prospects[i].Credited = money.Add(p.Credited, min(amount, money.Sub(p.Face, p.Credited)))
			}
			return
		}
	}
	if packed, found := d.identities.get(invoice); found && unpackIdentity(packed).kept || amount == 0 {
		return
	}
	t.Prospects = append(t.Prospects[:len(t.Prospects):len(t.Prospects)], trade.Prospect{
		Document: w.document, Identity: invoice, Currency: c.Document.Currency, Credited: amount, Early: true,
	})
}

// await puts an invoice among those that wait for the proof of a delivery, less the credit notes that came before it.
func (w *weighing) await(t *trade.Trade) {
	doc := &w.command.Document
	arrived := trade.Prospect{
		Document: w.document, Identity: w.key, Face: face(doc), Issued: doc.Issued, Due: doc.Due,
		Findings: trade.SetOf(w.findings), Currency: doc.Currency, Hash: w.command.Hash, Prepaid: max(0, doc.Totals.Prepaid),
	}
	waiting := make([]trade.Prospect, 0, len(t.Prospects)+1)
	for _, p := range t.Prospects {
		if p.Early && p.Identity == arrived.Identity && p.Currency == arrived.Currency {
			arrived.Credited = min(arrived.Face, money.Add(arrived.Credited, p.Credited))
			continue
		}
		waiting = append(waiting, p)
	}
	t.Prospects = append(waiting, arrived)
}

// earned takes the invoices out of the trade that its performance makes receivables.
func earned(t *trade.Trade) []trade.Prospect {
	if !t.Performed() || len(t.Prospects) == 0 {
		return nil
	}
	var ready, waiting []trade.Prospect
	for _, p := range t.Prospects {
		if p.Early {
			waiting = append(waiting, p)
		} else {
			ready = append(ready, p)
		}
	}
	t.Prospects = waiting
	return ready
}

// face is what an invoice makes payable. The prepaid part is left out by the document's own total; one that states a
// prepayment and forgets to take it off makes no more payable for that.
func face(doc *trade.Document) money.Minor {
	payable := doc.Totals.Payable
	if total := &doc.Totals; total.Prepaid > 0 && total.TaxInclusive > 0 {
		payable = min(payable, total.TaxInclusive-total.Prepaid+total.Rounding)
	}
	return max(0, payable)
}

// beyond counts the discrepancies of a trade that a programme does not tolerate. Those that the trade could not keep, and
// those of older trades of which only the kind is known, are never tolerated.
func beyond(t *trade.Trade, tolerances *funding.Tolerances) int32 {
	count := int32(t.Omitted)
	named := trade.Difference(0)
	for i := range t.Discrepancies {
		named |= t.Discrepancies[i].Kind
		if !tolerated(&t.Discrepancies[i], tolerances) {
			count++
		}
	}
	if t.Omitted == 0 {
		count += int32(len((t.Differences &^ named).Names()))
	}
	return count
}

func tolerated(d *trade.Discrepancy, t *funding.Tolerances) bool {
	excess, base := int64(d.Quantity), d.Base
	switch d.Kind {
	case trade.PriceAboveOrder:
		return t.Price(d.Amount, money.Minor(base))
	case trade.InvoicedAboveReceived, trade.InvoicedAboveShipped, trade.InvoicedAboveOrdered, trade.CreditedAboveInvoiced:
		return funding.Within(excess, base, t.QuantityShare)
	case trade.ReceivedAboveOrdered:
		return funding.Within(excess, base, t.OverDelivery)
	case trade.ReceivedBelowShipped, trade.AgreedBelowOrdered, trade.GoodsRejected:
		return funding.Within(excess, base, t.UnderDelivery)
	case trade.DeliveredLate:
		return excess <= int64(t.DaysLate)*1_000_000
	}
	return false
}

// checkTolerances refuses what is no tolerance.
func checkTolerances(t *funding.Tolerances) *Rejection {
	for _, share := range [...]money.Rate{t.PriceShare, t.QuantityShare, t.OverDelivery, t.UnderDelivery} {
		if share < 0 || share > money.RateOne {
			return reject("tolerance_invalid", "tolerances", "the share %s is not between 0 and 100 %%", share)
		}
	}
	if t.PriceAmount < 0 || t.PriceAmount > money.MinorMax {
		return reject("tolerance_invalid", "tolerances", "the amount of a tolerance is not below zero")
	}
	if t.DaysLate > funding.DaysLateMax {
		return reject("tolerance_invalid", "tolerances", "at most %d days late can be tolerated", funding.DaysLateMax)
	}
	return nil
}

// TradesMerged says that trades are one: a document belongs to all of them. What belonged to the others belongs to the one
// that stands, whose documents, lines and waiting invoices follow in TradeMatched.
type TradesMerged struct {
	Into id.Trade   `cbor:"1,keyasint"`
	From []id.Trade `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*TradesMerged) Kind() uint16 { return eventTradesMerged }

func (e *TradesMerged) fold(b *Book) {
	into := b.trades.at(e.Into.Number())
	for _, from := range e.From {
		t := b.trades.at(from.Number())
		last := t
		for last.NextMerged != 0 {
			last = b.trades.at(last.NextMerged.Number())
		}
		last.NextMerged, into.NextMerged = into.NextMerged, from
		b.touched(tableTrade, last.ID.Number(), &last.Entry)
		if pair := b.pairOf[pairKey{t.Seller, t.Buyer}]; t.Facts&trade.Invoiced != 0 {
			p := b.pairs.at(pair)
			p.Trades--
			b.touched(tablePair, pair, &p.Entry)
		}
		b.regoods(t, nil)
		*t = trade.Trade{ID: t.ID, Seller: t.Seller, Buyer: t.Buyer, MergedInto: e.Into, NextMerged: t.NextMerged, Entry: t.Entry}
		b.touched(tableTrade, from.Number(), &t.Entry)
		b.mergeProvers(from, e.Into)
		if financed, found := b.financedOn[from]; found {
			delete(b.financedOn, from)
			b.financedOn[e.Into] += financed
		}
	}
}
