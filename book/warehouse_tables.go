package book

import "millrace/domain/inventory"

// warehouseTables describes the tables of stock and of pools.
func warehouseTables() {
	tables[tableWarehouseReceipt] = held("warehouse_receipt", func(b *Book) *shelf[inventory.Receipt] { return &b.stock },
		[]Column{ind("keeper", Integer), ind("owner", Integer), ind("lender", Integer), ind("financing", Integer), ind("state", Text), col("live", Integer)},
		func(r *inventory.Receipt) []any {
			return []any{int64(r.Keeper), int64(r.Owner), int64(r.Lender), int64(r.Financing), r.Status.String(), flag(r.Stands())}
		})
	tables[tableStockPrice] = held("stock_price", func(b *Book) *shelf[StockPrice] { return &b.stockPrices },
		[]Column{ind("goods", Text), col("date", Integer), col("state", Text)},
		func(r *StockPrice) []any { return []any{r.Price.Lot.Goods, int64(r.Price.Date), r.State.String()} })
	tables[tableStockCount] = held("stock_count", func(b *Book) *shelf[StockCount] { return &b.stockCounts },
		[]Column{ind("owner", Integer), ind("movement", Integer), col("short", Integer)},
		func(r *StockCount) []any {
			return []any{int64(r.Owner), int64(r.Movement), flag(r.Short() && r.Cleared == 0)}
		})
	tables[tableCollateral] = held("collateral", func(b *Book) *shelf[Collateral] { return &b.collaterals },
		[]Column{ind("programme", Integer), col("state", Text)},
		func(r *Collateral) []any { return []any{int64(r.Programme), r.State.String()} })
	tables[tableMarginCall] = held("margin_call", func(b *Book) *shelf[MarginCall] { return &b.marginCalls },
		[]Column{ind("financing", Integer), ind("pool", Integer), ind("programme", Integer), ind("seller", Integer), ind("funder", Integer), col("state", Text), col("due", Integer)},
		func(r *MarginCall) []any {
			return []any{int64(r.Call.Financing), int64(r.Pool), int64(r.Programme), int64(r.Seller), int64(r.Funder), r.Call.State.String(), int64(r.Call.CureBy)}
		})
	tables[tablePool] = held("pool", func(b *Book) *shelf[Pool] { return &b.pools },
		[]Column{ind("programme", Integer), ind("seller", Integer)},
		func(r *Pool) []any { return []any{int64(r.Programme), int64(r.Seller)} })
	tables[tableBase] = held("base", func(b *Book) *shelf[Base] { return &b.bases },
		[]Column{ind("pool", Integer), ind("programme", Integer), ind("seller", Integer), col("date", Integer)},
		func(r *Base) []any {
			return []any{int64(r.Pool), int64(r.Programme), int64(r.Seller), int64(r.Certificate.On)}
		})
}

// loadedSecurity builds what is derived from the tables of stock and pools.
func (b *Book) loadedSecurity() {
	b.stock.each(b.indexWarehouseReceipt)
	b.stockPrices.each(b.indexStockPrice)
	b.stockCounts.each(b.indexStockCount)
	b.collaterals.each(b.indexCollateral)
	b.marginCalls.each(b.indexMarginCall)
	b.pools.each(b.indexPool)
	b.receivables.each(b.indexPooled)
}
