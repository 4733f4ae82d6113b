package book

import (
	"slices"

	"millrace/domain/borrowing"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
)

func (b *Book) standingReceipt(status inventory.Status) *inventory.Receipt {
	return first(&b.stock, func(r *inventory.Receipt) bool { return r.Stands() && r.Status == status })
}

// rows gives the rows of a base to be changed; the record's own are shared.
func (b *Base) rows() []borrowing.Row {
	b.Certificate.Rows = slices.Clone(b.Certificate.Rows)
	return b.Certificate.Rows
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"stock_receipts", "a tonne more after a split", func(b *Book) {
			r := first(&b.stock, func(r *inventory.Receipt) bool {
				return r.By == inventory.Split && r.Status == inventory.Free && !r.Stands()
			})
			first(&b.stock, func(child *inventory.Receipt) bool { return child.ID == r.Into }).Quantity++
		}},
		Corruption{"stock_entries", "consumed before it was made", func(b *Book) { b.standingReceipt(inventory.Free).Made = b.sequence + 1 }},
		Corruption{"stock_doubt", "cleared of nothing", func(b *Book) { b.standingReceipt(inventory.Free).Cleared = b.actors.at(1).ID }},
		Corruption{"index_stock", "goods not found at their place", func(b *Book) {
			key := storeOf(b.standingReceipt(inventory.Free))
			b.stored[key] = b.stored[key][1:]
		}},
		Corruption{"index_stock", "a number that leads nowhere", func(b *Book) {
			r := b.stock.at(1)
			delete(b.receiptNumbered, keeperNumber{r.Keeper, r.Number})
		}},
		Corruption{"stock_price", "a price of nothing", func(b *Book) { b.stockPrices.at(1).Price.Amount = 0 }},
		Corruption{"second_person", "a price on one person's word", func(b *Book) { b.stockPrices.at(1).Checker = b.stockPrices.at(1).Maker }},
		Corruption{"stock_price_order", "a price in another's place", func(b *Book) {
			for key := range b.seriesOf {
				b.seriesOf[key][0].Sequence = 9
			}
		}},
		Corruption{"index_stock_prices", "a price that is not found", func(b *Book) { clear(b.seriesOf) }},
		Corruption{"stock_count", "a count that nobody has reported", func(b *Book) { b.stockCounts.at(1).Observed-- }},
		Corruption{"index_stock_counts", "a count that is not found", func(b *Book) { clear(b.countsOf) }},
		Corruption{"collateral_twice", "two versions in force", func(b *Book) {
			again := *b.collaterals.at(1)
			again.ID = id.Make[id.Collateral](1, b.collaterals.count+1)
			b.collaterals.add(b.collaterals.count+1, again)
			b.collateralOf[again.Programme] = again.ID
		}},
		Corruption{"index_collateral", "terms that are not found", func(b *Book) { clear(b.collateralOf) }},
		Corruption{"second_person", "terms on one person's word", func(b *Book) {
			k := first(&b.collaterals, func(k *Collateral) bool { return k.State == credit.Live })
			k.Checker = k.Maker
		}},
		Corruption{"margin_call", "a call on nothing", func(b *Book) { b.marginCalls.at(1).Seller = b.parties.at(1).ID }},
		Corruption{"margin_figures", "a call for a cent less", func(b *Book) { b.marginCalls.at(1).Call.Repay-- }},
		Corruption{"margin_call_open", "a second call beside an open one", func(b *Book) {
			again := *b.marginCalls.at(1)
			again.Call.ID = id.Make[id.MarginCall](1, b.marginCalls.count+1)
			b.marginCalls.add(b.marginCalls.count+1, again)
			b.indexMarginCall(b.marginCalls.at(b.marginCalls.count))
		}},
		Corruption{"index_margin_calls", "a call that is not found", func(b *Book) { clear(b.callOf) }},
		Corruption{"pledge_of_other", "goods pledged for another's loan", func(b *Book) {
			first(&b.stock, func(r *inventory.Receipt) bool {
				return r.Stands() && r.Status == inventory.Pledged && r.Quantity < 10*inventory.QuantityOne
			}).Lender = b.parties.at(1).ID
		}},
		Corruption{"collateral_of_other", "a loan on another programme's terms", func(b *Book) {
			f := b.financings.at(b.stockSecured[0].Number())
			f.Collateral = first(&b.collaterals, func(k *Collateral) bool { return k.Programme != f.Programme }).ID
		}},
		Corruption{"stock_not_pledged", "a loan on goods that were never pledged for it", func(b *Book) {
			f := b.financings.at(b.stockSecured[0].Number())
			f.Stock = []id.WarehouseReceipt{b.stock.at(1).ID}
		}},
		Corruption{"index_stock_secured", "a loan that nobody would value", func(b *Book) { b.stockSecured = b.stockSecured[:0] }},
		Corruption{"pool_claim", "another seller's receivable in a pool", func(b *Book) { b.pools.at(1).Seller = b.parties.at(1).ID }},
		Corruption{"pool_members", "a pool with one more", func(b *Book) { b.pools.at(1).Members++ }},
		Corruption{"index_pools", "receivables not found in their pool", func(b *Book) { clear(b.pooledIn) }},
		Corruption{"base_sum", "a base that does not add up", func(b *Book) {
			rows := b.bases.at(1).rows()
			rows[len(rows)-1].Total++
		}},
		Corruption{"base_items", "a receivable that counts for more", func(b *Book) {
			base := b.bases.at(1)
			base.Items = slices.Clone(base.Items)
			base.Items[0].Amount++
		}},
		Corruption{"valued_ahead", "security valued tomorrow", func(b *Book) { b.clock.Valued = b.clock.Date + 1 }},
	)
}

// OwedInterest is the interest and late interest that a financing owes on the business date.
func OwedInterest(b *Book, f id.Financing) money.Minor {
	d := &b.draft
	d.reset(b, &Header{})
	after := d.weigh(b.financings.at(f.Number())).after
	return after.InterestDue() + after.LateDue()
}
