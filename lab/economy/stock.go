package economy

import (
	"encoding/json"
	"fmt"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/intake"
	"millrace/lab/load"
)

// What distributors do with goods in store.
const (
	storesEvery    = 35 // days between what a distributor puts into store
	storesFor      = 45 // days for which it borrows on it
	sellsAfter     = 12 // days after which the first of it is sold, and some more
	copperPrice    = money.Minor(8_600_00)
	copperSteps    = 15  // per mille by which the price moves a week at most, each way
	lentOfPerMille = 500 // of what goods are worth
)

// stockTerms are those of a loan on goods in store.
func stockTerms() product.Terms {
	terms := product.ReceivablesDiscounting(uint16(trade.Ordered | trade.Received))
	terms.Name, terms.Technique, terms.Assignment, terms.Undertaking = "Loan on stock", "loan_against_inventory", product.Pledge, product.UndertakingNone
	terms.AdvanceRate, terms.FeeRate, terms.FeeMinimum = 600_000, 0, 0
	return terms
}

// stores opens a programme of loans on stock round each anchor from which distributors buy, and enters what these put into store.
func (e *Economy) stores(made offers) {
	e.price()
	of := map[*firm]bool{}
	for i, t := range e.ties {
		if t.buyer.tier != distributor || of[t.buyer] || e.built != nil {
			continue
		}
		of[t.buyer] = true
		m, by := t.seller.market, e.funders[i%len(e.funders)]
		if m == nil {
			continue
		}
		if m.stock == 0 {
			m.lender = by
			m.stock = e.programme(made.stock, t.seller, by)
			e.secured(m.stock)
		}
		owner := &tie{seller: t.buyer, buyer: t.seller, random: newSource(e.options.Seed, 1_000+uint64(i))}
		e.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: m.stock, Party: t.buyer.id, Currency: e.Currency}, m)
		e.admit(owner, m.stock, m.lender)
		e.enter(e.at(owner.random.between(1, storesEvery), morning), owner, func() error { return e.store(owner) })
	}
	e.in(7, e.reprice)
}

func (e *Economy) secured(p id.Programme) {
	made, found := find[*book.CollateralProposed](e.give(e.Maker, &book.ProposeCollateral{
		Programme: p, CureDays: 5,
		Stock: inventory.Terms{
			Currency: e.Currency, PriceAgeMaxDays: 15, Haircut: 100_000, RatioTarget: 700_000, RatioTrigger: 800_000, CureDays: 5, SaleCost: 20_000,
			ReleaseStep: inventory.QuantityOne,
		},
	}))
	if found {
		e.give(e.Checker, &book.ApproveCollateral{Collateral: made.Collateral.ID})
	}
}

// price puts today's price of copper in force.
func (e *Economy) price() {
	if e.copper == 0 {
		e.copper = copperPrice
	}
	made, found := find[*book.StockPriceProposed](e.give(e.Maker, &book.ProposeStockPrice{
		Price: inventory.Price{Lot: load.Copper, Amount: e.copper, Per: inventory.QuantityOne, Date: e.Today, Source: "exchange", Currency: e.Currency},
	}))
	if found {
		e.give(e.Checker, &book.ApproveStockPrice{Price: made.Price.ID, Decision: book.Approve})
	}
}

// reprice moves the price once a week.
func (e *Economy) reprice() error {
	e.copper = e.copper * money.Minor(1000+e.random.between(-copperSteps, copperSteps)) / 1000
	e.price()
	e.in(7, e.reprice)
	return e.built
}

// store puts a distributor's copper into store and borrows on it.
func (e *Economy) store(of *tie) error {
	owner := of.seller
	if owner.stopped(e.day) {
		return nil
	}
	e.in(storesEvery+of.random.IntN(10), func() error { return e.store(of) })
	keeper := e.keepers[of.random.IntN(len(e.keepers))]
	e.serial++
	said := intake.Stored{
		Number: fmt.Sprintf("W-%06d", e.serial), Location: intake.Identifier{Scheme: "name", Value: "hall of " + keeper.name}, Item: intake.Identifier{Scheme: "seller", Value: fmt.Sprintf("CU-%06d", e.serial)},
	}
	text, err := json.Marshal(said)
	if err != nil {
		return err
	}
	tonnes := of.random.between(4, 30)
	c := &book.IssueWarehouseReceipt{
		Lot: load.Copper, Quantity: inventory.Quantity(tonnes) * inventory.QuantityOne, Owner: owner.id, Stored: e.Today, Details: e.text(intake.KindStored, string(text)),
	}
	c.Number, c.Location, c.Item = e.intake.StockTokens(said)
	events, accepted, err := e.try(keeper.selling, c)
	if err != nil || !accepted {
		return err
	}
	issued, _ := find[*book.WarehouseReceiptIssued](events)
	e.shelves = append(e.shelves, shelf{issued.Receipt.ID, said, c.Quantity, keeper, owner})
	return e.borrow(of, keeper, issued.Receipt.ID, money.Minor(tonnes)*e.copper*lentOfPerMille/1000)
}

// borrow asks for a loan on a receipt and takes it; it is paid back out of sales.
func (e *Economy) borrow(of *tie, keeper *firm, receipt id.WarehouseReceipt, amount money.Minor) error {
	e.told.asked++
	c := &claim{tie: of, lane: of, keeper: keeper}
	e.stored[receipt] = c
	_, accepted, err := e.try(of.seller.selling, &book.QuoteStock{
		Programme: of.buyer.market.stock, Receipts: []id.WarehouseReceipt{receipt}, Payee: of.seller.account, Amount: amount, Due: e.Today.AddDays(storesFor + 10),
	})
	if err == nil && accepted {
		e.in(sellsAfter+of.random.IntN(10), func() error { return e.sell(c) })
		e.in(storesFor, func() error { return e.release(c) })
	}
	return err
}

// sell pays for a third of the goods, which the distributor has sold, and has the lender release them in the afternoon.
func (e *Economy) sell(c *claim) error {
	l := c.loan
	if l == nil || l.State != funding.Outstanding || c.tie.seller.stopped(e.day) {
		return nil
	}
	amount := l.principal()/3 + l.standing.InterestDue
	receipt, err := e.received(l.Programme, amount, c.tie.seller, "")
	if err != nil || receipt == 0 {
		return err
	}
	e.later(0, func() error {
		if _, accepted, err := e.try(e.Maker, e.allocation(l, receipt, amount)); err != nil || !accepted {
			return err
		}
		e.told.collected += amount
		e.later(1, func() error { return e.free(l) })
		return nil
	})
	return nil
}

// free has the lender release a quarter of the goods: less than was paid for.
func (e *Economy) free(l *loan) error {
	by := e.funder(l.Funder)
	part := l.pledged.Quantity / 4 / inventory.QuantityOne * inventory.QuantityOne
	if by == nil || part <= 0 || l.State != funding.Outstanding {
		return nil
	}
	_, _, err := e.try(by.selling, &book.MoveWarehouseReceipts{Step: inventory.Release, Receipts: []id.WarehouseReceipt{l.pledged.ID}, Parts: []inventory.Quantity{part}})
	return err
}

// deliver has the keeper hand goods out that were released.
func (e *Economy) deliver(c *claim, r id.WarehouseReceipt) error {
	_, _, err := e.try(c.keeper.selling, &book.MoveWarehouseReceipts{Step: inventory.Deliver, Receipts: []id.WarehouseReceipt{r}})
	return err
}

// release repays a loan on goods in store and has the keeper hand these out.
func (e *Economy) release(c *claim) error {
	l := c.loan
	if l == nil || c.tie.seller.stopped(e.day) {
		return nil
	}
	if err := e.repay(l); err != nil {
		return err
	}
	if l.State != funding.ClosedState || l.freed == 0 {
		return nil
	}
	e.later(e.random.between(0, 2), func() error { return e.deliver(c, l.freed) })
	return nil
}
