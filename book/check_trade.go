package book

import (
	"millrace/domain/id"
	"millrace/domain/trade"
)

// trades: differences are worked out anew from the lines, and what waits for a delivery waits for one.
func (a *audit) trades() {
	b := a.b
	var invoiced tally[pairKey]
	for n := uint64(1); n <= b.trades.count; n++ {
		t := b.trades.at(n)
		if t.Facts&trade.Invoiced != 0 {
			invoiced.add(pairKey{t.Seller, t.Buyer}, 1)
		}
		if want := differencesOf(t) | t.Differences&trade.OrderRefused; want != t.Differences {
			a.breach("trade_differences", t.ID.String(), "%s names the differences %v, its lines make %v", t.ID, t.Differences.Names(), want.Names())
		}
		if len(t.Prospects) > 0 && t.Facts&(trade.Shipped|trade.Received) != 0 {
			a.breach("trade_prospects", t.ID.String(), "%s is performed, and invoices still wait in it", t.ID)
		}
		for _, p := range t.Prospects {
			packed, _ := b.identities.get(p.Identity)
			if was := unpackIdentity(packed); !was.kept || was.isReceivable || uint64(was.number) != n {
				a.breach("index_identities", t.ID.String(), "the index does not lead from a waiting invoice to %s", t.ID)
			}
		}
	}
	pairs := uint64(0)
	for i, key := range invoiced.keys {
		pair := b.pairs.at(b.pairOf[key])
		if pair == nil || pair.Seller != key.seller || pair.Buyer != key.buyer {
			a.breach("index_pairs", key.seller.String(), "the index does not lead from %s and %s to their trade", key.seller, key.buyer)
			continue
		}
		pairs++
		if uint64(pair.Trades) != uint64(invoiced.sums[i]) {
			a.breach("pair_trades", key.seller.String(), "%s and %s have %d trades with an invoice, not %d", key.seller, key.buyer, invoiced.sums[i], pair.Trades)
		}
	}
	if b.pairs.count != pairs || uint64(len(b.pairOf)) != pairs {
		a.breach("index_pairs", "", "%d pairs trade, %d are on record, %d in the index", pairs, b.pairs.count, len(b.pairOf))
	}
}

// differencesOf compares, line by line, what was asked for with what was delivered and ordered.
func differencesOf(t *trade.Trade) trade.Difference {
	var all trade.Difference
	documented := t.Facts &^ t.Moved // a movement brings no quantities
	ordered, shipped, received := t.Facts&trade.Ordered != 0, documented&trade.Shipped != 0, documented&trade.Received != 0
	for _, l := range t.Lines {
		billed := l.Invoiced - l.Credited
		arrived := l.Received
		if !received {
			arrived = l.Shipped
		}
		if (received || shipped) && billed > arrived {
			all |= trade.InvoicedAboveReceived
		}
		if received && shipped && l.Shipped > l.Received {
			all |= trade.ReceivedBelowShipped
		}
		if l.Invoiced < l.Credited {
			all |= trade.CreditedAboveInvoiced
		}
		if !ordered {
			continue
		}
		if l.Ordered == 0 {
			if l.Invoiced != 0 || l.Shipped != 0 || l.Received != 0 {
				all |= trade.LineNotOrdered
			}
			continue
		}
		if l.AtOrder != 0 && l.AtOrder < l.AtInvoice {
			all |= trade.PriceAboveOrder
		}
		if l.Ordered < billed {
			all |= trade.InvoicedAboveOrdered
		}
		if l.Ordered < l.Received {
			all |= trade.ReceivedAboveOrdered
		}
	}
	return all
}

// identities: every receivable has one identity, and every other identity leads to a trade or to an import.
func (a *audit) identities() {
	b := a.b
	found := make([]uint8, b.receivables.count+1)
	entries := 0
	for p := range b.identities.parts {
		for i := range b.identities.parts[p].slots {
			if b.identities.parts[p].slots[i].free() {
				continue
			}
			entries++
			was := unpackIdentity(b.identities.parts[p].slots[i].value())
			number := uint64(was.number)
			switch {
			case !was.isReceivable && number > b.trades.count:
				a.breach("index_identities", "", "an identity leads to trade %d of %d", number, b.trades.count)
			case was.isReceivable && (number == 0 || number > b.receivables.count):
				a.breach("index_identities", "", "an identity leads to receivable %d of %d", number, b.receivables.count)
			case was.isReceivable && found[number] < 2:
				found[number]++
			}
		}
	}
	if entries != b.identities.count {
		a.breach("index_identities", "", "the index of identities counts %d and holds %d", b.identities.count, entries)
	}
	for n := uint64(1); n <= b.receivables.count; n++ {
		if r := b.receivables.at(n); found[n] != 1 {
			a.breach("index_identities", r.ID.String(), "%d identities lead to %s", found[n], r.ID)
		}
	}
	for p := range b.contents.parts {
		for i := range b.contents.parts[p].slots {
			if number := b.contents.parts[p].slots[i].value(); number > b.documents {
				a.breach("index_contents", "", "a content leads to document %d of %d", number, b.documents)
			}
		}
	}
	a.evidence()
}

// evidence: no two receivables stand on one document, and a receivable's trade is between its seller and its buyer.
func (a *audit) evidence() {
	b := a.b
	byDocument := make(map[id.Document]id.Receivable, b.receivables.count)
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		if other, found := byDocument[r.Document]; found || r.Document == 0 || uint64(r.Document)>>16 > b.documents {
			a.breach("receivable_evidence", r.ID.String(), "%s stands on %s, as does %s", r.ID, r.Document, other)
		}
		byDocument[r.Document] = r.ID
		if t := b.trades.at(uint64(r.Trade) >> 16); r.Trade != 0 && (t == nil || t.Seller != r.Seller || t.Buyer != r.Buyer) {
			a.breach("receivable_trade", r.ID.String(), "trade %s is not between seller and buyer of %s", r.Trade, r.ID)
		}
	}
}
