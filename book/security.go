package book

import (
	"slices"

	"millrace/domain/borrowing"
	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
)

func init() {
	registerCommand(func() act { return &QuoteStock{} })
	registerCommand(func() act { return &QuotePool{} })
	permitted[commandQuoteStock] = party.Seller
	permitted[commandQuotePool] = party.Seller
}

// StockMax is the most receipts that one quote names.
const StockMax = 100

// QuoteStock asks what goods in store would bring: acceptance pledges them to the funder, and their owner repays by the given day.
type QuoteStock struct {
	Programme id.Programme          `cbor:"1,keyasint"`
	Receipts  []id.WarehouseReceipt `cbor:"2,keyasint"` // free, of one owner
	Payee     id.BankAccount        `cbor:"3,keyasint"` // a verified account of the owner
	Amount    money.Minor           `cbor:"4,keyasint"` // to be lent; 0 for the most
	Due       calendar.Date         `cbor:"5,keyasint"`
}

// Kind names the stored form.
func (*QuoteStock) Kind() uint16 { return commandQuoteStock }

func (c *QuoteStock) decide(d *draft) *Rejection {
	if len(c.Receipts) == 0 || len(c.Receipts) > StockMax {
		return reject("moves_invalid", "receipts", "a quote names 1 to %d receipts", StockMax)
	}
	for i, wanted := range c.Receipts {
		r := d.stock.at(wanted.Number())
		if r == nil || slices.Contains(c.Receipts[:i], wanted) {
			return reject("warehouse_receipt_unknown", "receipts", "there is no warehouse receipt %s, or it is named twice", wanted)
		}
		if r.Owner != d.by() {
			return reject("other_party", "receipts", "this belongs to another party")
		}
	}
	return d.lend(c.Programme, c.Payee, c.Amount, c.Due, security{receipts: c.Receipts})
}

// QuotePool asks for a drawing on a pool, as far as its base of the day bears it.
type QuotePool struct {
	Pool   id.Pool        `cbor:"1,keyasint"`
	Payee  id.BankAccount `cbor:"2,keyasint"`
	Amount money.Minor    `cbor:"3,keyasint"` // to be lent; 0 for the most
	Due    calendar.Date  `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*QuotePool) Kind() uint16 { return commandQuotePool }

func (c *QuotePool) decide(d *draft) *Rejection {
	p, rejection := d.pool(c.Pool)
	if rejection != nil {
		return rejection
	}
	if rejection := d.own(p.Seller, "pool"); rejection != nil {
		return rejection
	}
	return d.lend(p.Programme, c.Payee, c.Amount, c.Due, security{pool: p})
}

// security is what is pledged for a loan that is not for one receivable or trade: goods in store, or a pool.
type security struct {
	terms    *Collateral
	receipts []id.WarehouseReceipt
	pool     *Pool         // nil for stock
	run      *clearing.Run // of multilateral set-off in which cash is lent; nothing is pledged then
	value    money.Minor
}

// lend weighs a loan on security, and offers it.
func (d *draft) lend(programme id.Programme, payee id.BankAccount, lent money.Minor, due calendar.Date, on security) *Rejection {
	p, rejection := d.live(programme)
	if rejection != nil {
		return rejection
	}
	on.terms = d.collaterals.at(d.collateralOf[p.ID].Number())
	if on.terms == nil || on.pool == nil && !on.terms.LendsOnStock() || on.pool != nil && !on.terms.LendsOnPool() {
		return reject("collateral_missing", "programme", "programme %s has no terms in force on which it lends against this", p.ID)
	}
	if lent < 0 || lent > money.MinorMax {
		return reject("amount_invalid", "amount", "an amount is above zero; leave it out for the most")
	}
	if due <= d.today() || !d.near(due) {
		return reject("due_date_invalid", "due", "the day on which the loan is repaid lies after %s, and not years from now", d.today())
	}
	e := evidence{seller: d.by(), buyer: p.Anchor, currency: p.Currency, due: due, security: &on}
	if advance := d.products.at(p.Product.Number()).Terms.AdvanceRate; advance > 0 {
		e.amount = money.MulDiv(lent, int64(money.RateOne), int64(advance))
	}
	u, rejection := d.eligible(e, p.ID, payee)
	if rejection != nil {
		return rejection
	}
	if u.amount < e.amount {
		return reject("margin_exceeded", "amount", "this security bears %s", money.Amount{Minor: portionOf(u.amount, u.product.Terms.AdvanceRate), Currency: p.Currency})
	}
	f := funding.Financing{Stock: slices.Clone(on.receipts), Collateral: on.terms.ID, StockValue: u.security.value, Payee: payee}
	if on.pool != nil {
		f.Pool = on.pool.ID
	}
	return u.offer(d, f)
}

// ofSecurity finds again what secures a financing.
func (d *draft) ofSecurity(f *funding.Financing) evidence {
	if f.SetOffRun != 0 {
		on := &security{run: d.setOffRuns.at(f.SetOffRun.Number())}
		return evidence{seller: f.Seller, buyer: f.Buyer, currency: f.Currency, due: f.Due, amount: f.Amount, self: f.ID, security: on}
	}
	on := &security{terms: d.collaterals.at(f.Collateral.Number()), receipts: f.Stock, pool: d.pools.at(f.Pool.Number())}
	return evidence{seller: f.Seller, buyer: f.Buyer, currency: f.Currency, due: f.Due, amount: f.Amount, security: on}
}

// portionOf is amount * share, rounded down.
func portionOf(amount money.Minor, share money.Rate) money.Minor {
	whole := amount / money.Minor(money.RateOne) * money.Minor(share)
	return whole + amount%money.Minor(money.RateOne)*money.Minor(share)/money.Minor(money.RateOne)
}

// borne asks how much the security bears, by the terms and by the product's advance.
func (u *use) borne(d *draft) *Rejection {
	terms, on := &u.product.Terms, u.security
	if on.run != nil {
		return u.cashLent(d)
	}
	if !terms.Recourse.ProtractedDefault && !terms.Recourse.Insolvency || terms.Assignment == product.Sale || terms.AdvanceRate <= 0 {
		return reject("product_for_receivables", "programme", "the product finances receivables: on stock or a pool money is lent to the seller, with recourse")
	}
	most := money.Minor(0)
	if on.pool != nil {
		base := d.determine(on.pool, on.terms, d.pooledIn[on.pool.ID])
		most = base.Certificate.Find(borrowing.Available, 0)
	} else {
		for _, number := range on.receipts {
			r := *d.stock.at(number.Number())
			if r.Owner != u.seller || !r.Stands() || r.Status != inventory.Free {
				return reject("stock_not_free", "receipts", "%s is not the owner's to pledge", r.ID)
			}
			if rejection := d.undoubted(&r); rejection != nil {
				return rejection
			}
			r.Status = inventory.Pledged
			on.value = money.Add(on.value, on.terms.Stock.Value(&r, d.seriesOf[series{r.Lot, on.terms.Stock.Currency}], d.today()).Value)
		}
		most = min(portionOf(on.value, terms.AdvanceRate), on.terms.Stock.Drawable(0, on.value))
	}
	u.amount = money.MulDiv(most, int64(money.RateOne), int64(terms.AdvanceRate))
	if u.amount <= 0 {
		return reject("nothing_outstanding", "amount", "this security bears nothing on %s", d.today())
	}
	if u.evidence.amount > 0 {
		u.amount = min(u.amount, u.evidence.amount)
	}
	return nil
}

// stillBorne asks once more, before money leaves, whether security bears the loan.
func (d *draft) stillBorne(f *funding.Financing, p *funding.Programme) *Rejection {
	if f.Pool != 0 {
		pool, terms := d.pools.at(f.Pool.Number()), d.collaterals.at(f.Collateral.Number())
		base := d.determine(pool, terms, d.pooledIn[pool.ID])
		if over := base.Certificate.Find(borrowing.Overadvance, 0); over > 0 {
			return reject("margin_exceeded", "financing", "pool %s bears %s less by now", pool.ID, money.Amount{Minor: over, Currency: p.Currency})
		}
		return nil
	}
	terms, valuations := d.valuations(f)
	if missing := terms.Repay(f.Principal, inventory.Total(valuations)); missing > 0 {
		return reject("margin_exceeded", "financing", "what is pledged bears %s less by now", money.Amount{Minor: missing, Currency: p.Currency})
	}
	return nil
}

// pledgeStock pledges what a financing that is being accepted is secured by. The ladder has seen that it is free.
func (d *draft) pledgeStock(f *funding.Financing) {
	for _, number := range f.Stock {
		r := d.stock.at(number.Number())
		children, refusal := inventory.Decide(inventory.Move{
			Step: inventory.Pledge, By: r.Owner, On: d.today(), To: f.Funder, Financing: f.ID,
		}, []inventory.Receipt{*r})
		if refusal != 0 {
			panic("book: free goods can't be pledged: " + refusal.String())
		}
		d.moveStock(inventory.Pledge, []id.WarehouseReceipt{number}, children, [32]byte{})
	}
}

// liftPledges releases what is pledged for a financing that is over.
func (d *draft) liftPledges(f *funding.Financing) {
	for _, number := range d.pledgedFor[f.ID] {
		children, refusal := inventory.Decide(inventory.Move{Step: inventory.Release, By: f.Funder, On: d.today()}, []inventory.Receipt{*d.stock.at(number.Number())})
		if refusal != 0 {
			panic("book: pledged goods can't be released: " + refusal.String())
		}
		d.moveStock(inventory.Release, []id.WarehouseReceipt{number}, children, [32]byte{})
	}
}
