package book

import (
	"math"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
)

func init() {
	registerEvent(func() fact { return &MarginAssessed{} })
	registerEvent(func() fact { return &StockRevalued{} })
}

// MarginCall is a demand to bring a loan back to what its security bears: one against stock by its financing, one against a pool
// by the pool.
type MarginCall struct {
	Call      inventory.Call `cbor:"1,keyasint"` // against a pool, TopUp is what the base has to grow by
	Programme id.Programme   `cbor:"2,keyasint"`
	Seller    id.Party       `cbor:"3,keyasint"`
	Funder    id.Party       `cbor:"4,keyasint"`
	Pool      id.Pool        `cbor:"5,keyasint,omitempty"` // 0 for stock
}

// State is where the call stands.
func (c *MarginCall) State() inventory.CallState { return c.Call.State }

// callKey is what a call is about.
type callKey struct {
	financing id.Financing
	pool      id.Pool
}

func (c *MarginCall) about() callKey { return callKey{c.Call.Financing, c.Pool} }

// valuations value what is pledged for a financing, on the business date.
func (d *draft) valuations(f *funding.Financing, further ...*inventory.Receipt) (*inventory.Terms, []inventory.Valuation) {
	terms := &d.collaterals.at(f.Collateral.Number()).Stock
	pledged := d.pledgedFor[f.ID]
	found := make([]inventory.Valuation, 0, len(pledged)+len(further))
	value := func(r *inventory.Receipt) {
		found = append(found, terms.Value(r, d.seriesOf[series{r.Lot, terms.Currency}], d.today()))
	}
	for _, number := range pledged {
		value(d.stock.at(number.Number()))
	}
	for _, r := range further {
		value(r)
	}
	return terms, found
}

// owed is all that a financing owes on the business date, what was written off and not recovered with it; before it is paid out, what is
// set aside.
func (d *draft) owed(f *funding.Financing) money.Minor {
	switch {
	case f.State.PaidOut():
		return d.weigh(f).after.Owed()
	case f.State == funding.WrittenOff:
		p := &d.weigh(f).after
		return money.Add(p.Owed(), p.Lost())
	case f.State.Claims():
		return f.Principal
	}
	return 0
}

// reassess looks at the margin of a financing at once, since more was pledged for it.
func (d *draft) reassess(f *funding.Financing, further *inventory.Receipt) {
	if f.State.PaidOut() {
		terms, valuations := d.valuations(f, further)
		d.assess(f, terms, inventory.Total(valuations))
	}
}

// assess makes, restates, closes or lapses the margin call of a financing secured by stock.
func (d *draft) assess(f *funding.Financing, terms *inventory.Terms, value money.Minor) {
	call := MarginCall{Call: inventory.Call{Financing: f.ID}, Programme: f.Programme, Seller: f.Seller, Funder: f.Funder}
	if last := d.marginCalls.at(d.callOf[call.about()].Number()); last != nil {
		call = *last
	}
	action, after := terms.Assess(d.owed(f), value, d.today(), call.Call)
	d.callMade(&call, action, after)
	if action == inventory.LapseCall || action == inventory.SellAtOnce {
		if f.State == funding.Outstanding {
			d.emit(&FinancingMoved{Financing: f.ID, State: funding.Overdue})
		}
	}
}

// callMade tells what became of a call, where anything did.
func (d *draft) callMade(call *MarginCall, action inventory.Action, after inventory.Call) {
	if action == inventory.NoAction || action == inventory.AwaitSale && after == call.Call {
		return
	}
	call.Call = after
	if after.ID == 0 {
		call.Call.ID = id.Make[id.MarginCall](d.shard, d.number(tableMarginCall, d.marginCalls.count))
	}
	d.emit(&MarginAssessed{Call: *call, Action: action})
}

// revaluing tells whether a business date was opened and what secures loans is not valued on it.
func (b *Book) revaluing() bool {
	c := &b.clock
	if c.Opened == 0 || len(b.stockSecured) == 0 && b.pools.count == 0 {
		return false
	}
	return c.Valued != c.Opened || c.ValuedThrough != math.MaxUint64 || c.PoolsThrough != math.MaxUint64
}

// revalueMax is how many financings one slice values, and poolItemsMax bounds the receivables of a pool, so that one slice can
// work out one base.
const revalueMax = 200

// StockValue is what secures a financing on a day.
type StockValue struct {
	Financing id.Financing `cbor:"1,keyasint"`
	Value     money.Minor  `cbor:"2,keyasint"` // after haircuts
}

// revalue values one slice of what secures loans, and makes the margin calls that follow: first stock, by financing, then pools.
func (d *draft) revalue() {
	valued := &StockRevalued{On: d.today()}
	if d.clock.Valued == d.clock.Date {
		valued.Through, valued.Pools = d.clock.ValuedThrough, d.clock.PoolsThrough
	}
	if valued.Through != math.MaxUint64 {
		at, _ := slices.BinarySearchFunc(d.stockSecured, valued.Through+1, func(f id.Financing, number uint64) int { return int(int64(f.Number()) - int64(number)) })
		rest := d.stockSecured[at:]
		for _, number := range rest[:min(len(rest), revalueMax)] {
			f := d.financings.at(number.Number())
			valued.Through = number.Number()
			if !f.State.PaidOut() {
				continue
			}
			terms, valuations := d.valuations(f)
			value := inventory.Total(valuations)
			if value != f.StockValue {
				valued.Values = append(valued.Values, StockValue{f.ID, value})
			}
			d.assess(f, terms, value)
		}
		if len(rest) <= revalueMax {
			valued.Through = math.MaxUint64
		}
	} else {
		valued.Pools = d.rebase(valued.Pools)
	}
	d.emit(valued)
}

// MarginAssessed says how a margin call stands.
type MarginAssessed struct {
	Call   MarginCall       `cbor:"1,keyasint"`
	Action inventory.Action `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*MarginAssessed) Kind() uint16 { return eventMarginAssessed }

func (e *MarginAssessed) fold(b *Book) {
	number := e.Call.Call.ID.Number()
	if number > b.marginCalls.count {
		b.marginCalls.add(number, e.Call)
	} else {
		entry := b.marginCalls.at(number).Call.Entry
		*b.marginCalls.at(number) = e.Call
		b.marginCalls.at(number).Call.Entry = entry
	}
	c := b.marginCalls.at(number)
	b.touched(tableMarginCall, number, &c.Call.Entry)
	b.indexMarginCall(c)
}

// indexMarginCall: callOf, the newest call of each loan, from table margin_call.
func (b *Book) indexMarginCall(c *MarginCall) { b.callOf[c.about()] = c.Call.ID }

// StockRevalued says how far what secures loans is valued on a business date.
type StockRevalued struct {
	On      calendar.Date `cbor:"1,keyasint"`
	Through uint64        `cbor:"2,keyasint"` // number of the last financing of the slice; the highest there can be after the last
	Pools   uint64        `cbor:"3,keyasint"` // likewise of pools
	Values  []StockValue  `cbor:"4,keyasint,omitempty"`
}

// Kind names the stored form.
func (*StockRevalued) Kind() uint16 { return eventStockRevalued }

func (e *StockRevalued) fold(b *Book) {
	b.clock.Valued, b.clock.ValuedThrough, b.clock.PoolsThrough = e.On, e.Through, e.Pools
	b.touched(tableClock, 1, &b.clock.Entry)
	for _, v := range e.Values {
		f := b.financings.at(v.Financing.Number())
		f.StockValue = v.Value
		b.touched(tableFinancing, v.Financing.Number(), &f.Entry)
	}
}

// indexStockSecured: stockSecured, the financings secured by stock that claim it, ascending, from table financing.
func (b *Book) indexStockSecured(f *funding.Financing) {
	if len(f.Stock) == 0 || !f.State.Claims() {
		return
	}
	if at, found := slices.BinarySearch(b.stockSecured, f.ID); !found {
		b.stockSecured = slices.Insert(b.stockSecured, at, f.ID)
	}
}

func (b *Book) unindexStockSecured(f *funding.Financing) {
	if at, found := slices.BinarySearch(b.stockSecured, f.ID); found && len(f.Stock) > 0 {
		b.stockSecured = slices.Delete(b.stockSecured, at, at+1)
	}
}
