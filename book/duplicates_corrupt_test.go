package book

import (
	"millrace/domain/duplicate"
	"millrace/domain/id"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

func init() { Corruptions = append(Corruptions, duplicateCorruptions...) }

// refill builds the index of claims anew with some of them changed.
func (b *Book) refill(change func(place uint32, c *duplicate.Claim)) {
	var fresh duplicate.Index
	for place := uint32(1); place <= b.claims.Count(); place++ {
		e := b.claims.At(place)
		claim := e.Claim
		change(place, &claim)
		fresh.SetReceivable(fresh.Add(&claim, e.Match()), e.Receivable)
	}
	b.claims = fresh
}

var duplicateCorruptions = []Corruption{
	{"claim_invoice", "a claim of another day", func(b *Book) {
		b.refill(func(place uint32, c *duplicate.Claim) {
			if place == 1 {
				c.Date++
			}
		})
	}},
	{"claim_invoice", "a claim that no receivable stands on", func(b *Book) { b.claims.SetReceivable(1, 0) }},
	{"claim_financed_twice", "one invoice under two numbers", func(b *Book) {
		var financed []uint32
		for n := uint64(1); n <= b.receivables.count; n++ {
			if r := b.receivables.at(n); r.Financing != 0 && r.Face == 777_00 {
				financed = append(financed, b.claims.OfDocument(uint32(r.Document.Number())))
			}
		}
		first := b.claims.At(financed[0]).Claim
		b.refill(func(place uint32, c *duplicate.Claim) {
			if place == financed[1] {
				c.Number, c.Hash, c.Seller, c.Buyer = first.Number, first.Hash, first.Seller, first.Buyer
			}
		})
	}},
	{"index_claims", "a claim under another number than it is found by", func(b *Book) { b.claims.At(2).Hash++ }},
	{"index_claims", "a claim like one that comes later", func(b *Book) {
		var fresh duplicate.Index
		for place := uint32(1); place <= b.claims.Count(); place++ {
			e := b.claims.At(place)
			m := e.Match()
			m.Other = max(m.Other, place)
			claim := e.Claim
			fresh.SetReceivable(fresh.Add(&claim, m), e.Receivable)
		}
		b.claims = fresh
	}},
	{"index_goods", "a piece that nobody received", func(b *Book) {
		t := first(&b.trades, func(t *trade.Trade) bool { return len(t.Lines) > 0 })
		good, m, _ := countGoods(t, &t.Lines[0])
		b.goods.Add(good, duplicate.Movement{Arrived: 1_000_000 + m.Arrived})
	}},
	{"index_goods", "a good of which no trade tells", func(b *Book) { b.goods.Add(1<<60|1, duplicate.Movement{Billed: 1}) }},
	{"trade_doubt", "a doubt about an invoice that never came", func(b *Book) {
		t := first(&b.trades, func(t *trade.Trade) bool { return len(t.Lines) > 0 })
		t.Doubts = []trade.Doubt{{Document: id.Make[id.Document](1, b.documents+7)}}
	}},
	{"index_financed_on", "a cent too much on a trade", func(b *Book) {
		r := first(&b.receivables, func(r *receivable.Receivable) bool { return r.Financing != 0 && r.Trade != 0 })
		b.financedOn[r.Trade]++
	}},
	{"index_financed_on", "a trade on which nothing is financed", func(b *Book) { b.financedOn[1<<40] = 1 }},
}
