package load

import (
	"millrace/book"
	"millrace/domain/borrowing"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/trade"
)

// Yard is a world with goods in store: a keeper apart from its sellers, and a programme that lends against stock and pools.
type Yard struct {
	*World
	Keeper      id.Party
	KeeperActor id.Actor
	Programme   id.Programme
}

// Copper is what sellers have in store.
var Copper = inventory.Lot{Goods: "CU-CATHODE", Quality: "A", Unit: "TNE"}

// Yard adds a keeper and a programme to a world: 60 % of what goods are worth, margin called above 80 %, and 75 % of a pool.
func (w *World) Yard(submit Submit) (*Yard, error) {
	b := &builder{submit: submit}
	y := &Yard{World: w}
	y.Keeper = b.party(w.Maker, "yard keeper", party.WarehouseKeeper)
	y.KeeperActor = b.actor(w.Maker, y.Keeper, party.WarehouseKeeper)
	terms := product.ReceivablesDiscounting(uint16(trade.Ordered))
	terms.Name, terms.Technique, terms.Assignment, terms.Undertaking = "Loan against stock", "loan_against_inventory", product.Pledge, product.UndertakingNone
	terms.AdvanceRate, terms.FeeRate, terms.FeeMinimum, terms.SellerLimit = 600_000, 0, 0, true
	y.Programme = w.programme(b, terms)
	for _, seller := range w.Sellers {
		w.notify(b, y.Programme, seller, w.Funder)
	}
	proposed := find[*book.CollateralProposed](b.give(w.Maker, &book.ProposeCollateral{
		Programme: y.Programme, CureDays: 5,
		Stock: inventory.Terms{
			Currency: w.Currency, PriceAgeMaxDays: 10, Haircut: 100_000, RatioTarget: 700_000, RatioTrigger: 800_000, CureDays: 5, SaleCost: 20_000,
			ReleaseStep: inventory.QuantityOne,
		},
		Base: borrowing.Terms{
			Currency: w.Currency, Classes: []borrowing.Class{{Name: "receivables", Kind: borrowing.Receivables, AdvanceRate: 750_000}}, OverdueDaysMax: 30,
			CrossAging: 500_000, TenorDaysMax: 180, Unconfirmed: borrowing.Counts, CapBasis: borrowing.OfEligible, LimitOfFacility: 1_000_000_00,
			Foreign: borrowing.Counts,
		},
	}))
	if proposed != nil {
		b.give(w.Checker, &book.ApproveCollateral{Collateral: proposed.Collateral.ID})
	}
	return y, b.err
}

// Price puts a price for a tonne of copper in force.
func (y *Yard) Price(submit Submit, amount money.Minor) error {
	b := &builder{submit: submit}
	proposed := find[*book.StockPriceProposed](b.give(y.Maker, &book.ProposeStockPrice{
		Price: inventory.Price{Lot: Copper, Amount: amount, Per: inventory.QuantityOne, Date: y.Today, Source: "exchange", Currency: y.Currency},
	}))
	if proposed != nil {
		b.give(y.Checker, &book.ApproveStockPrice{Price: proposed.Price.ID, Decision: book.Approve})
	}
	return b.err
}

// Store puts so many tonnes of a seller's copper into store.
func (y *Yard) Store(submit Submit, seller, tonnes int, number string) (id.WarehouseReceipt, error) {
	b := &builder{submit: submit}
	issued := find[*book.WarehouseReceiptIssued](b.give(y.KeeperActor, &book.IssueWarehouseReceipt{
		Number: inventory.Token(Token("receipt " + number)), Location: inventory.Token(Token("shed 1")), Item: inventory.Token(Token("copper")), Lot: Copper,
		Quantity: inventory.Quantity(tonnes) * inventory.QuantityOne, Owner: y.Sellers[seller], Stored: y.Today, Details: reference("stored " + number),
	}))
	if issued == nil {
		return 0, b.err
	}
	return issued.Receipt.ID, b.err
}

// Borrow pays a loan on receipts of a seller out.
func (y *Yard) Borrow(submit Submit, seller int, amount money.Minor, receipts ...id.WarehouseReceipt) (id.Financing, error) {
	b := &builder{submit: submit}
	quoted := find[*book.FinancingOpened](b.give(y.SellerActors[seller], &book.QuoteStock{
		Programme: y.Programme, Receipts: receipts, Payee: y.Accounts[seller], Amount: amount, Due: y.Today.AddDays(60),
	}))
	if quoted == nil {
		return 0, b.err
	}
	f := quoted.Financing.ID
	b.give(y.SellerActors[seller], &book.AcceptQuote{Financing: f})
	if opened := find[*book.PaymentOpened](b.give(y.Maker, &book.Disburse{Financing: f})); opened != nil {
		b.give(y.Bank, &book.RecordOutcome{Payment: opened.Payment.ID, State: payment.Executed, Value: y.Today})
	}
	return f, b.err
}
