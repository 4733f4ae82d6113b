package book

import (
	"slices"

	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/movement"
	"millrace/domain/trade"
)

// security: stock, its prices and counts, pools, and the calls that follow from them.
func (a *audit) security() {
	a.warehouse()
	a.warehouseLists()
	a.stockPriceSeries()
	a.countedStock()
	a.collateralTerms()
	a.calls()
	a.receivablePools()
	a.basesOnRecord()
	a.pledges()
	a.securityWork()
}

// warehouse: receipts are consumed and made, never edited, and quantity is conserved.
func (a *audit) warehouse() {
	b := a.b
	receipts := make([]inventory.Receipt, 0, b.stock.count)
	for n := uint64(1); n <= b.stock.count; n++ {
		r := b.stock.at(n)
		number(a, r.ID, n, r.Entry)
		if r.ID.Number() == n {
			receipts = append(receipts, *r)
		}
		if r.Made == 0 || r.Made > b.sequence || r.Spent > b.sequence || (r.Spent == 0) != (r.End == 0) || r.Spent != 0 && r.Spent < r.Made {
			a.breach("stock_entries", r.ID.String(), "%s was made by entry %d and consumed by %d", r.ID, r.Made, r.Spent)
		}
		if like := b.stock.at(uint64(r.Like) >> 16); r.Like != 0 && (like == nil || like.By != inventory.Issue) || r.Like == 0 && r.Cleared != 0 {
			a.breach("stock_doubt", r.ID.String(), "%s is held to be like %s, cleared by %s", r.ID, r.Like, r.Cleared)
		}
	}
	for _, breach := range inventory.Audit(receipts) {
		a.breach("stock_receipts", breach.Receipt.String(), "receipt %s: %s, %d for %d", breach.Receipt, breach.Fault, breach.Got, breach.Want)
	}
}

// warehouseLists: what is derived from receipts says what they say.
func (a *audit) warehouseLists() {
	b := a.b
	type place struct {
		location inventory.Token
		owner    id.Party
		item     inventory.Token
	}
	inStore, pledged := map[place]int{}, map[id.Financing]int{}
	issued := 0
	for n := uint64(1); n <= b.stock.count; n++ {
		r := b.stock.at(n)
		if r.By == inventory.Issue {
			issued++
			if b.receiptNumbered[keeperNumber{r.Keeper, r.Number}] != r.ID {
				a.breach("index_stock", r.ID.String(), "the number of %s leads elsewhere", r.ID)
			}
			if b.receiptLike[goodsKey{r.Owner, r.Item, r.Quantity, r.Stored}] < r.ID {
				a.breach("index_stock", r.ID.String(), "receipts like %s are not found", r.ID)
			}
		}
		if r.End != 0 {
			continue
		}
		if r.Status <= inventory.Released {
			inStore[place{r.Location, r.Owner, r.Item}]++
		}
		if r.Status == inventory.Pledged {
			pledged[r.Financing]++
		}
	}
	listed, secured, sorted := map[place]int{}, map[id.Financing]int{}, true
	// map order does not reach a result: all are counted
	for key, list := range b.stored {
		listed[place{key.location, key.owner, key.item}] += len(list)
		sorted = sorted && slices.IsSorted(list)
	}
	// map order does not reach a result: all are counted
	for f, list := range b.pledgedFor {
		secured[f] = len(list)
		sorted = sorted && slices.IsSorted(list)
	}
	if !sorted || len(b.receiptNumbered) != issued || !sameCounts(listed, inStore) || !sameCounts(secured, pledged) {
		a.breach("index_stock", "", "%d places hold goods, %d are listed; %d financings have goods pledged, %d are listed", len(inStore), len(listed), len(pledged), len(secured))
	}
}

func sameCounts[K comparable](one, other map[K]int) bool {
	same := len(one) == len(other)
	// map order does not reach a result: all must agree
	for key, count := range one {
		same = same && other[key] == count
	}
	return same
}

// stockPriceSeries: what counts was approved by a second person, and each series grows at its end.
func (a *audit) stockPriceSeries() {
	b := a.b
	type line struct {
		lot      inventory.Lot
		currency money.Currency
	}
	counting := map[line]int{}
	for n := uint64(1); n <= b.stockPrices.count; n++ {
		p := b.stockPrices.at(n)
		number(a, p.ID, n, p.Entry)
		if (p.State == PriceCounts) != (p.Price.Sequence > 0) || p.Price.Amount <= 0 || p.Price.Per <= 0 {
			a.breach("stock_price", p.ID.String(), "price %s of %d is %s with place %d", p.ID, p.Price.Amount, p.State, p.Price.Sequence)
		}
		if p.State != PriceWaits && (p.Checker == 0 || p.Checker == p.Maker) {
			a.breach("second_person", p.ID.String(), "%s is in force on one person's word", p.ID)
		}
		if p.State == PriceCounts {
			counting[line{p.Price.Lot, p.Price.Currency}]++
		}
	}
	listed, misplaced := map[line]int{}, 0
	// map order does not reach a result: all are counted
	for key, list := range b.seriesOf {
		listed[line{key.lot, key.currency}] = len(list)
		for i := range list {
			if list[i].Sequence != uint64(i)+1 || i > 0 && list[i].Date < list[i-1].Date || list[i].Lot != key.lot {
				misplaced++
			}
		}
	}
	if misplaced > 0 {
		a.breach("stock_price_order", "", "%d prices are not in the order of their series", misplaced)
	}
	if !sameCounts(listed, counting) {
		a.breach("index_stock_prices", "", "%d series have prices, %d are listed, or with other prices", len(counting), len(listed))
	}
}

// countedStock: each count belongs to a movement that counted these goods, and is found in its place.
func (a *audit) countedStock() {
	b := a.b
	listed, misplaced := uint64(0), 0
	// map order does not reach a result: all are counted
	for _, list := range b.countsOf {
		listed += uint64(len(list))
		for i := range list {
			c := b.stockCounts.at(uint64(list[i]) >> 16)
			if before := b.stockCounts.at(uint64(list[max(0, i-1)]) >> 16); c == nil || before == nil || before.Observed > c.Observed {
				misplaced++
			}
		}
	}
	for n := uint64(1); n <= b.stockCounts.count; n++ {
		c := b.stockCounts.at(n)
		number(a, c.ID, n, c.Entry)
		m := b.movements.at(uint64(c.Movement) >> 16)
		if m == nil || m.Kind != movement.Counted || m.Owner != c.Owner || m.Observed != c.Observed || c.Counted < 0 || c.Receipted <= 0 ||
			c.Unit == trade.Unit(0) || c.Cleared != 0 && c.Counted >= c.Receipted {
			a.breach("stock_count", c.ID.String(), "count %s does not agree with movement %s", c.ID, c.Movement)
		}
	}
	if listed != b.stockCounts.count || misplaced > 0 {
		a.breach("index_stock_counts", "", "%d counts are on record, %d are listed", b.stockCounts.count, listed)
	}
}

// collateralTerms: in force by a second person's word, one version a programme.
func (a *audit) collateralTerms() {
	b := a.b
	live := map[id.Programme]id.Collateral{}
	for n := uint64(1); n <= b.collaterals.count; n++ {
		k := b.collaterals.at(n)
		number(a, k.ID, n, k.Entry)
		if k.State != credit.Proposed && (k.Checker == 0 || k.Checker == k.Maker) {
			a.breach("second_person", k.ID.String(), "%s is in force on one person's word", k.ID)
		}
		if k.State == credit.Live {
			if other, twice := live[k.Programme]; twice {
				a.breach("collateral_twice", k.ID.String(), "%s and %s are both in force", other, k.ID)
			}
			live[k.Programme] = k.ID
		}
	}
	same := len(live) == len(b.collateralOf)
	// map order does not reach a result: all must agree
	for programme, k := range live {
		same = same && b.collateralOf[programme] == k
	}
	if !same {
		a.breach("index_collateral", "", "%d programmes have terms in force, %d are listed, or with others", len(live), len(b.collateralOf))
	}
}

// calls: a call's figures follow from its exposure and value, and the newest one of a loan alone may be open.
func (a *audit) calls() {
	b := a.b
	type loan struct {
		financing id.Financing
		pool      id.Pool
	}
	newest := map[loan]id.MarginCall{}
	for n := uint64(1); n <= b.marginCalls.count; n++ {
		c := b.marginCalls.at(n)
		k := &c.Call
		number(a, k.ID, n, k.Entry)
		key := loan{k.Financing, c.Pool}
		before := b.marginCalls.at(uint64(newest[key]) >> 16)
		newest[key] = k.ID
		f, p := b.financings.at(uint64(k.Financing)>>16), b.pools.at(uint64(c.Pool)>>16)
		if (f == nil) == (p == nil) || f != nil && (f.Programme != c.Programme || f.Seller != c.Seller || f.Funder != c.Funder || f.Collateral == 0) ||
			p != nil && (p.Programme != c.Programme || p.Seller != c.Seller) || k.CureBy < k.Made || k.Assessed < k.Made {
			a.breach("margin_call", k.ID.String(), "call %s does not agree with the loan on which it is made", k.ID)
			continue
		}
		target := money.RateOne
		if f != nil {
			target = b.collaterals.at(uint64(f.Collateral) >> 16).Stock.RatioTarget
		}
		if missing := k.Exposure - portion(k.Value, target); max(0, missing) != k.Repay || (k.State == inventory.CallCured) != (missing <= 0) {
			a.breach("margin_figures", k.ID.String(), "of %d against %d a payment of %d is asked for by call %s, which is %s", k.Exposure, k.Value, k.Repay, k.ID, k.State)
		}
		if before != nil && before.Call.State != inventory.CallCured {
			a.breach("margin_call_open", before.Call.ID.String(), "%s is %s, and %s was made after it", before.Call.ID, before.Call.State, k.ID)
		}
	}
	same := len(newest) == len(b.callOf)
	// map order does not reach a result: all must agree
	for key, call := range newest {
		same = same && b.callOf[callKey{key.financing, key.pool}] == call
	}
	if !same {
		a.breach("index_margin_calls", "", "%d loans have a call, %d are listed, or with others", len(newest), len(b.callOf))
	}
}

// portion is value * share rounded down, by whole millions first.
func portion(value money.Minor, share money.Rate) money.Minor {
	one := money.Minor(money.RateOne)
	return value/one*money.Minor(share) + value%one*money.Minor(share)/one
}

// pledges: what is pledged is so for a financing of its owner by the lender that it names, or one that is over.
func (a *audit) pledges() {
	b := a.b
	secured := uint64(0)
	for n := uint64(1); n <= b.stock.count; n++ {
		r := b.stock.at(n)
		if r.End != 0 || r.Status != inventory.Pledged {
			continue
		}
		f := b.financings.at(uint64(r.Financing) >> 16)
		if f == nil || f.Seller != r.Owner || f.Funder != r.Lender || len(f.Stock) == 0 {
			a.breach("pledge_of_other", r.ID.String(), "%s is pledged to %s for %s, which is not secured by it", r.ID, r.Lender, r.Financing)
		}
	}
	at := 0
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if len(f.Stock) == 0 || !claiming(f.State) {
			continue
		}
		secured++
		if at >= len(b.stockSecured) || b.stockSecured[at] != f.ID {
			a.breach("index_stock_secured", f.ID.String(), "%s is not listed among those that stock secures", f.ID)
			return
		}
		at++
	}
	if secured != uint64(len(b.stockSecured)) {
		a.breach("index_stock_secured", "", "%d financings are secured by stock, %d are listed", secured, len(b.stockSecured))
	}
}

// securityWork: what is valued is valued on a date that was opened.
func (a *audit) securityWork() {
	if c := a.b.clock; c.Valued > c.Date {
		a.breach("valued_ahead", "", "security is valued on %s, the business date is %s", c.Valued, c.Date)
	}
}

// loanOnSecurity: a loan on stock or a pool is to its seller, and its goods are pledged for it from acceptance on.
func (a *audit) loanOnSecurity(f *funding.Financing) {
	b := a.b
	k, p, product := b.collaterals.at(uint64(f.Collateral)>>16), b.pools.at(uint64(f.Pool)>>16), b.products.at(uint64(f.Product)>>16)
	if k == nil || k.Programme != f.Programme || f.Receivable != 0 || f.Trade != 0 || (len(f.Stock) == 0) == (f.Pool == 0) || f.Pool != 0 && (p == nil || p.Seller != f.Seller) {
		a.breach("collateral_of_other", f.ID.String(), "%s is on terms %s, which are not of its programme, or on what is not its seller's", f.ID, f.Collateral)
		return
	}
	if r := product.Terms.Recourse; !r.Insolvency && !r.ProtractedDefault {
		a.breach("loan_without_recourse", f.ID.String(), "%s is secured by stock or a pool, and its product gives no recourse to the seller", f.ID)
	}
	if !claiming(f.State) {
		return
	}
	for _, number := range f.Stock {
		r := b.stock.at(uint64(number) >> 16)
		if r == nil || r.End != inventory.Pledge || b.stock.at(uint64(r.Into)>>16).Financing != f.ID {
			a.breach("stock_not_pledged", f.ID.String(), "%s is secured by %s, which was not pledged for it", f.ID, number)
		}
	}
}
