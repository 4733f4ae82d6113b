package book

import (
	"millrace/domain/id"
	"millrace/domain/trade"
)

func init() {
	Corruptions = append(Corruptions,
		Corruption{"trade_discrepancies", "a discrepancy forgotten", func(b *Book) {
			t := first(&b.trades, func(t *trade.Trade) bool { return len(t.Discrepancies) > 0 })
			t.Discrepancies[0].Quantity++
		}},
		Corruption{"trade_discrepancies", "a discrepancy worth less than nothing", func(b *Book) {
			t := first(&b.trades, func(t *trade.Trade) bool { return len(t.Discrepancies) > 0 })
			t.Discrepancies[0].Amount = -1
		}},
		Corruption{"trade_kind", "goods that are called a service", func(b *Book) { b.trades.at(1).Kind = trade.Services }},
		Corruption{"trade_merged", "a trade that went into one to come", func(b *Book) {
			t := first(&b.trades, func(t *trade.Trade) bool { return t.MergedInto != 0 })
			t.MergedInto = id.Make[id.Trade](1, b.trades.count+1)
		}},
		Corruption{"trade_merged", "a trade whose documents can't be found", func(b *Book) {
			first(&b.trades, func(t *trade.Trade) bool { return t.NextMerged != 0 }).NextMerged = 0
		}},
		Corruption{"trade_merged", "a trade that went into another and has kept its documents", func(b *Book) {
			first(&b.trades, func(t *trade.Trade) bool { return t.MergedInto != 0 }).Documents = 1
		}},
	)
}
