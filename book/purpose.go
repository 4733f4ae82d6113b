package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

func init() {
	registerEvent(func() fact { return &SupplySetOff{} })
	registerEvent(func() fact { return &SupplyReturned{} })
	registerEvent(func() fact { return &SupplyBilled{} })
}

// supplyKey is what a payment to a supplier is for: an order, or a debt.
type supplyKey struct {
	trade      id.Trade
	receivable id.Receivable
}

// checkMoneyRules refuses terms of a programme by which no money could be kept to its rules.
func (c *ProposeProgramme) checkMoneyRules(terms *product.Terms) *Rejection {
	if c.PayeeNewDays > PayeeNewDaysMost || c.ChangeDays > ChangeDaysMost {
		return reject("bound_invalid", "payee_new_days", "a payee is new for %d days at most, and a change waits for %d business days at most", PayeeNewDaysMost, ChangeDaysMost)
	}
	if c.TenorGapDaysMax < 0 || c.TenorGapDaysMax > funding.TenorGapDaysMost {
		return reject("bound_invalid", "tenor_gap_days_max", "the gap of tenors is 0 to %d days", funding.TenorGapDaysMost)
	}
	if c.SupplierPaid && stageOfProduct(terms) == funding.Billed {
		return reject("purpose_bound", "supplier_paid", "suppliers are paid where goods are financed before they are billed: the product finances receivables")
	}
	return nil
}

// payeeOf refuses an account to which the proceeds of a use may not go. Under a programme that pays suppliers none is named before the
// quote is accepted, and then a supplier's.
func (d *draft) payeeOf(p *funding.Programme, e evidence, payee id.BankAccount) *Rejection {
	switch {
	case !p.SupplierPaid && e.security != nil && e.security.run != nil: // it stays with the custodian, for those to whom the borrower owes
		return nil
	case !p.SupplierPaid:
		return d.payable(payee, e.seller, e.currency)
	case e.trade == nil:
		return reject("purpose_bound", "programme", "programme %s lends on orders, and pays the borrower's own suppliers", p.ID)
	case payee != 0:
		return reject("payee_not_supplier", "payee", "what programme %s lends goes to the borrower's own supplier, who is named when the quote is accepted", p.ID)
	}
	return nil
}

// bound refuses a use of a programme that pays suppliers whose money would go elsewhere.
func (u *use) bound() *Rejection {
	if u.programme.SupplierPaid && len(u.earlier) > 0 {
		return reject("purpose_bound", "trade", "%s is lent on the same goods: what programme %s lends pays suppliers, and repays nothing", u.earlier[0].ID, u.programme.ID)
	}
	return nil
}

// supply finds what the proceeds of a quote are to pay for, and refuses what is not owed, or not so much, to that supplier.
func (c *AcceptQuote) supply(d *draft, p *funding.Programme, f *funding.Financing) (funding.Supply, *Rejection) {
	none := funding.Supply{}
	if !p.SupplierPaid {
		if c.Payee != 0 || c.SupplyTrade != 0 || c.SupplyReceivable != 0 {
			return none, reject("purpose_free", "payee", "programme %s pays the seller: the account was named with the quote", p.ID)
		}
		return none, nil
	}
	if (c.SupplyTrade == 0) == (c.SupplyReceivable == 0) {
		return none, reject("supply_missing", "supply_trade", "say what is paid for: an order of the borrower, or a debt of it")
	}
	a := d.bankAccounts.at(c.Payee.Number())
	if a == nil {
		return none, reject("bank_account_unknown", "payee", "there is no bank account %s", c.Payee)
	}
	s := funding.Supply{Supplier: a.Party, Trade: c.SupplyTrade, Receivable: c.SupplyReceivable, Amount: f.Net}
	if rejection := d.supplies(f, c.Payee, s); rejection != nil {
		return none, rejection
	}
	return s, nil
}

// supplies asks whether a supplier may be paid: to its own verified account, for what the borrower has ordered from it or owes it,
// and no more than that.
func (d *draft) supplies(f *funding.Financing, payee id.BankAccount, s funding.Supply) *Rejection {
	if s.Supplier == f.Seller {
		return reject("payee_not_supplier", "payee", "the account is the borrower's own: what is lent goes to its supplier")
	}
	if d.groupOf(s.Supplier) == d.groupOf(f.Seller) {
		return reject("supplier_related", "payee", "%s and the borrower %s are of one group", s.Supplier, f.Seller)
	}
	var open money.Minor
	var rejection *Rejection
	if s.Receivable != 0 {
		open, rejection = d.debtTo(f, s)
	} else {
		open, rejection = d.orderedFrom(f, s)
	}
	if rejection != nil {
		return rejection
	}
	if rejection := d.payable(payee, s.Supplier, f.Currency); rejection != nil {
		return rejection
	}
	if left := money.Sub(open, d.suppliedFor(s, f.ID)); s.Amount > left {
		return reject("supply_exceeded", "payee", "of what is paid for, %s is left", money.Amount{Minor: max(0, left), Currency: f.Currency})
	}
	return nil
}

// debtTo is what the borrower still owes its supplier on a debt that is free.
func (d *draft) debtTo(f *funding.Financing, s funding.Supply) (money.Minor, *Rejection) {
	r := d.receivables.at(s.Receivable.Number())
	if r == nil {
		return 0, reject("receivable_unknown", "supply_receivable", "there is no receivable %s", s.Receivable)
	}
	if r.Buyer != f.Seller || r.Seller != s.Supplier || r.Currency != f.Currency {
		return 0, reject("supply_of_other", "supply_receivable", "receivable %s is not what %s owes %s in %s", r.ID, f.Seller, s.Supplier, f.Currency)
	}
	if open := trade.FindingSet(r.Findings) &^ trade.Informative; open != 0 {
		return 0, reject("findings_open", "supply_receivable", "these findings on the invoice must be cleared first: %v", open.Codes())
	}
	if rejection := d.payableDebt(r); rejection != nil {
		return 0, rejection
	}
	return r.Covered(), nil
}

// payableDebt refuses a debt that is somebody else's by now.
func (d *draft) payableDebt(r *receivable.Receivable) *Rejection {
	if rejection := d.free(ofReceivable(r)); rejection != nil {
		return rejection
	}
	return d.unlent(r, "supply_receivable")
}

// orderedFrom is what the borrower has ordered from its supplier, at the prices of the order, and was not billed.
func (d *draft) orderedFrom(f *funding.Financing, s funding.Supply) (money.Minor, *Rejection) {
	t := d.standing(s.Trade)
	if t == nil {
		return 0, reject("trade_unknown", "supply_trade", "there is no trade %s", s.Trade)
	}
	if t.Buyer != f.Seller || t.Seller != s.Supplier || t.Currency != f.Currency || t.Currencies {
		return 0, reject("supply_of_other", "supply_trade", "trade %s is not what %s buys from %s in %s", t.ID, f.Seller, s.Supplier, f.Currency)
	}
	if t.RefusedBy != 0 {
		return 0, reject("supply_refused", "supply_trade", "the supplier has refused the order of trade %s", t.ID)
	}
	if loans := d.loansOf(t); len(loans) > 0 {
		return 0, reject("goods_financed", "supply_trade", "the goods of trade %s are financed by %s: what is paid for them repays that first", t.ID, loans[0].ID)
	}
	_, open, known := worthAt(t, funding.OnOrder)
	if !known {
		return 0, reject("trade_not_valued", "supply_trade", "the lines of trade %s don't say what its goods are worth", t.ID)
	}
	return open, nil
}

// suppliedFor is what others are about to pay, or have paid in advance, for the same.
func (d *draft) suppliedFor(s funding.Supply, self id.Financing) money.Minor {
	sum := money.Minor(0)
	for _, f := range d.suppliers(s.Receivable, d.standing(s.Trade)) {
		if f.ID != self {
			sum = money.Add(sum, f.InAdvance())
		}
	}
	return sum
}

// suppliers are the financings that pay for a debt, or for the order of a trade and of those that went into it, by their number.
func (b *Book) suppliers(r id.Receivable, t *trade.Trade) []*funding.Financing {
	numbers := slices.Clone(b.suppliedBy[supplyKey{receivable: r}])
	for ; r == 0 && t != nil; t = b.trades.at(t.NextMerged.Number()) {
		numbers = append(numbers, b.suppliedBy[supplyKey{trade: t.ID}]...)
	}
	slices.Sort(numbers)
	found := make([]*funding.Financing, len(numbers))
	for i, number := range numbers {
		found[i] = b.financings.at(number.Number())
	}
	return found
}

// stillPayable asks once more, before money leaves, whether it may go to the account that was named.
func (d *draft) stillPayable(p *funding.Programme, f *funding.Financing) *Rejection {
	if f.Supply.Supplier != 0 {
		return d.supplies(f, f.Payee, f.Supply)
	}
	if p.SupplierPaid {
		return reject("payee_not_supplier", "financing", "financing %s names no supplier", f.ID)
	}
	return d.payable(f.Payee, f.Seller, f.Currency)
}

// reservedFor is a purpose-bound financing that is about to pay a debt; 0 for none.
func (b *Book) reservedFor(r id.Receivable) id.Financing {
	for _, f := range b.suppliers(r, nil) {
		if f.State == funding.Accepted || f.State == funding.Disbursing {
			return f.ID
		}
	}
	return 0
}

// supplyPaid books in the books of borrower and supplier that the supplier has its money: a debt that is still the supplier's own is paid
// as far as it goes, and the rest is paid in advance.
func (d *draft) supplyPaid(f *funding.Financing, gives ledger.Key, value calendar.Date) {
	s, pays := f.Supply, money.Minor(0)
	if r := d.receivables.at(s.Receivable.Number()); r != nil && d.payableDebt(r) == nil {
		pays = min(s.Amount, r.Outstanding())
		d.owesLess(r, gives, pays)
		d.book(partyKey(r.Seller, ledger.SellerBank, r.Currency), sellerKey(r, ledger.TradeReceivables), pays)
		d.settleSupply(f, funding.SetOff{Receivable: r.ID, Amount: pays}, value)
	}
	rest := money.Sub(s.Amount, pays)
	d.book(advanceKey(f, ledger.SupplierAdvances), gives, rest)
	d.book(partyKey(s.Supplier, ledger.SellerBank, f.Currency), advanceKey(f, ledger.CustomerAdvances), rest)
	d.setOffBilled(f, rest, value)
}

// setOffBilled sets what has just been paid in advance off against what was billed while it was at the bank: debts that are still the supplier's own.
func (d *draft) setOffBilled(f *funding.Financing, left money.Minor, value calendar.Date) {
	p := d.payments.at(f.Payment.Number())
	if p == nil {
		return
	}
	for _, billed := range p.Billed {
		r := d.receivables.at(billed.Receivable.Number())
		s := funding.SetOff{Receivable: r.ID, Deducted: min(left, billed.Deducted)}
		if d.payableDebt(r) == nil {
			s.Amount = min(money.Sub(left, s.Deducted), r.Outstanding())
		}
		d.owesLess(r, advanceKey(f, ledger.SupplierAdvances), s.Amount)
		d.book(buyerKey(r, ledger.Purchases), advanceKey(f, ledger.SupplierAdvances), s.Deducted)
		d.book(advanceKey(f, ledger.CustomerAdvances), sellerKey(r, ledger.TradeReceivables), s.Amount)
		d.book(advanceKey(f, ledger.CustomerAdvances), sellerKey(r, ledger.Sales), s.Deducted)
		d.settleSupply(f, s, value)
		left = money.Sub(money.Sub(left, s.Deducted), s.Amount)
	}
}

// owesLess books with the buyer that its debt is less, by what it gives for that.
func (d *draft) owesLess(r *receivable.Receivable, gives ledger.Key, amount money.Minor) {
	confirmed := money.Minor(0)
	if r.Undertaking.Binds() {
		confirmed = min(amount, r.Undertaken())
	}
	d.book(buyerKey(r, ledger.ConfirmedPayables), gives, confirmed)
	d.book(buyerKey(r, ledger.TradePayables), gives, money.Sub(amount, confirmed))
}

// advanceKey is what was paid in advance, with the one who has paid or the one who was paid.
func advanceKey(f *funding.Financing, code ledger.Code) ledger.Key {
	key := ledger.Key{Entity: f.Seller, Counterparty: f.Supply.Supplier, Code: code, Currency: f.Currency}
	if code == ledger.CustomerAdvances {
		key.Entity, key.Counterparty = f.Supply.Supplier, f.Seller
	}
	return key
}

func (d *draft) settleSupply(f *funding.Financing, s funding.SetOff, value calendar.Date) {
	if s.Amount == 0 && s.Deducted == 0 {
		return
	}
	if s.Amount > 0 {
		d.emit(&ReceivablePaid{Receivable: s.Receivable, Amount: s.Amount, Value: value})
	}
	d.emit(&SupplySetOff{Financing: f.ID, SetOff: s})
}

// deliver sets what was paid in advance off against a debt that has arisen from the order. What the invoice has deducted as paid before
// was no part of the debt. What is still at the bank is set off once it is paid.
func (d *draft) deliver(t *trade.Trade, r *receivable.Receivable, prepaid money.Minor) {
	open := r.Outstanding()
	for _, f := range d.suppliers(0, t) {
		if f.State == funding.Accepted || f.Currency != r.Currency {
			continue
		}
		left := money.Sub(f.InAdvance(), d.delivered[f.ID])
		if f.State == funding.Disbursing {
			for _, before := range d.payments.at(f.Payment.Number()).Billed {
				left = max(0, money.Sub(left, before.Deducted))
			}
			billed := payment.Billed{Receivable: r.ID, Deducted: min(left, prepaid)}
			prepaid = money.Sub(prepaid, billed.Deducted)
			d.emit(&SupplyBilled{Payment: f.Payment, Billed: billed})
			d.delivered[f.ID] = money.Add(d.delivered[f.ID], billed.Deducted)
			continue
		}
		s := funding.SetOff{Receivable: r.ID, Deducted: min(left, prepaid)}
		s.Amount = min(money.Sub(left, s.Deducted), open)
		prepaid, open = money.Sub(prepaid, s.Deducted), money.Sub(open, s.Amount)
		d.book(buyerKey(r, ledger.TradePayables), advanceKey(f, ledger.SupplierAdvances), s.Amount)
		d.book(buyerKey(r, ledger.Purchases), advanceKey(f, ledger.SupplierAdvances), s.Deducted)
		d.book(advanceKey(f, ledger.CustomerAdvances), sellerKey(r, ledger.TradeReceivables), s.Amount)
		d.book(advanceKey(f, ledger.CustomerAdvances), sellerKey(r, ledger.Sales), s.Deducted)
		d.settleSupply(f, s, d.today())
		d.delivered[f.ID] = money.Add(d.delivered[f.ID], money.Add(s.Amount, s.Deducted))
	}
}

// supplyUnpaid takes back in the books of borrower and supplier what the bank has sent back: debts that it had paid are open again.
func (d *draft) supplyUnpaid(f *funding.Financing, gives ledger.Key) {
	bank := partyKey(f.Supply.Supplier, ledger.SellerBank, f.Currency)
	for _, s := range f.SetOffs {
		r := d.receivables.at(s.Receivable.Number())
		after, confirmed := *r, money.Minor(0)
		if after.Paid = money.Sub(r.Paid, s.Amount); r.Undertaking.Binds() {
			confirmed = money.Sub(after.Undertaken(), r.Undertaken())
		}
		d.book(gives, buyerKey(r, ledger.ConfirmedPayables), confirmed)
		d.book(gives, buyerKey(r, ledger.TradePayables), money.Sub(s.Amount, confirmed))
		d.book(gives, buyerKey(r, ledger.Purchases), s.Deducted)
		d.book(sellerKey(r, ledger.TradeReceivables), bank, s.Amount)
		d.book(sellerKey(r, ledger.Sales), bank, s.Deducted)
		if s.Amount > 0 {
			d.emit(&ReceivableUnpaid{Receivable: r.ID, Amount: s.Amount})
		}
	}
	rest := f.InAdvance()
	d.book(gives, advanceKey(f, ledger.SupplierAdvances), rest)
	d.book(advanceKey(f, ledger.CustomerAdvances), bank, rest)
	d.emit(&SupplyReturned{Financing: f.ID})
}

// addSupplied: suppliedBy, from table financing.
func (b *Book) addSupplied(f *funding.Financing) {
	if f.Supply.Supplier == 0 || f.State == funding.Cancelled || f.InAdvance() == 0 {
		return
	}
	key := supplyKey{f.Supply.Trade, f.Supply.Receivable}
	list := b.suppliedBy[key]
	if at, found := slices.BinarySearch(list, f.ID); !found {
		b.suppliedBy[key] = slices.Insert(list, at, f.ID)
	}
}

func (b *Book) removeSupplied(f *funding.Financing) {
	key := supplyKey{f.Supply.Trade, f.Supply.Receivable}
	list := b.suppliedBy[key]
	at, found := slices.BinarySearch(list, f.ID)
	switch {
	case !found:
	case len(list) == 1:
		delete(b.suppliedBy, key)
	default:
		b.suppliedBy[key] = slices.Delete(list, at, at+1)
	}
}

// SupplySetOff says that a payment to a supplier has paid a debt of the borrower.
type SupplySetOff struct {
	Financing id.Financing   `cbor:"1,keyasint"`
	SetOff    funding.SetOff `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*SupplySetOff) Kind() uint16 { return eventSupplySetOff }

func (e *SupplySetOff) fold(b *Book) {
	f := b.financings.at(e.Financing.Number())
	b.unindexFinancing(f)
	f.SetOffs = append(slices.Clone(f.SetOffs), e.SetOff)
	b.indexFinancing(f)
	b.touched(tableFinancing, e.Financing.Number(), &f.Entry)
}

// SupplyBilled says that something was billed for an order while the money that pays for it in advance was at the bank.
type SupplyBilled struct {
	Payment id.Payment     `cbor:"1,keyasint"`
	Billed  payment.Billed `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*SupplyBilled) Kind() uint16 { return eventSupplyBilled }

func (e *SupplyBilled) fold(b *Book) {
	p := b.payments.at(e.Payment.Number())
	p.Billed = append(slices.Clone(p.Billed), e.Billed)
	b.touched(tablePayment, e.Payment.Number(), &p.Entry)
}

// SupplyReturned says that the bank has sent back a payment to a supplier: nothing is paid by it.
type SupplyReturned struct {
	Financing id.Financing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*SupplyReturned) Kind() uint16 { return eventSupplyReturned }

func (e *SupplyReturned) fold(b *Book) {
	f := b.financings.at(e.Financing.Number())
	b.unindexFinancing(f)
	f.SetOffs = nil
	b.indexFinancing(f)
	b.touched(tableFinancing, e.Financing.Number(), &f.Entry)
}
