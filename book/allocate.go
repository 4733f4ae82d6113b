package book

import (
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/servicing"
)

func init() {
	registerCommand(func() act { return &Allocate{} })
	registerCommand(func() act { return &CallRecourse{} })
	registerCommand(func() act { return &CloseFinancing{} })
	registerEvent(func() fact { return &ReceivablePaid{} })
	registerEvent(func() fact { return &FinancingRepaid{} })
	permitted[commandAllocate] = party.Operator
	permitted[commandCallRecourse] = party.Operator | party.Funder
	permitted[commandCloseFinancing] = party.Operator
}

// Payer tells who has paid.
type Payer uint8

// The payers.
const (
	ByBuyer  Payer = 1 + iota // on the receivable
	BySeller                  // who was called by recourse
)

// Allocate says for which receivable money was received. It goes through the product's waterfall; what is left is the
// seller's.
type Allocate struct {
	Receipt    id.Receipt    `cbor:"1,keyasint"`
	Receivable id.Receivable `cbor:"2,keyasint"`
	Amount     money.Minor   `cbor:"3,keyasint"`
	Payer      Payer         `cbor:"4,keyasint"`
	Holding    id.Holding    `cbor:"5,keyasint,omitempty"` // whose financing the money is for, apart from the debt itself
	Financing  id.Financing  `cbor:"6,keyasint,omitempty"` // that its borrower repays, apart from any debt
}

// Kind names the stored form.
func (*Allocate) Kind() uint16 { return commandAllocate }

func (c *Allocate) decide(d *draft) *Rejection { return d.allot(c) }

// allot shares money of a receipt out.
func (d *draft) allot(c *Allocate) *Rejection {
	receipt := d.receipts.at(c.Receipt.Number())
	if receipt == nil {
		return reject("receipt_unknown", "receipt", "there is no receipt %s", c.Receipt)
	}
	return d.share(c, receipt)
}

// share shares money of a receipt out that may be on record by this decision only.
func (d *draft) share(c *Allocate, receipt *payment.Receipt) *Rejection {
	if receipt.State != payment.Unallocated || receipt.Funder != 0 {
		return reject("receipt_state", "receipt", "receipt %s is not open to allocation", c.Receipt)
	}
	if rejection := recalled(receipt); rejection != nil {
		return rejection
	}
	receipt = d.left(receipt)
	if c.Financing != 0 {
		return d.repay(c, receipt)
	}
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if r.Currency != receipt.Currency {
		return reject("currency_differs", "receivable", "the receipt is in %s, the receivable in %s", receipt.Currency, r.Currency)
	}
	if c.Amount <= 0 || c.Amount > receipt.Left() {
		return reject("amount_invalid", "amount", "of receipt %s there is %s left", c.Receipt, money.Amount{Minor: receipt.Left(), Currency: r.Currency})
	}
	if f := d.financings.at(r.Financing.Number()); f != nil && (f.State == funding.Accepted || f.State == funding.Disbursing) {
		return reject("disbursement_open", "receivable", "receivable %s is being financed: wait until the bank has said what became of the disbursement", r.ID)
	}
	if rejection := d.notEarly(r, "receivable"); rejection != nil {
		return rejection
	}
	if rejection := d.notHeld(r, "receivable"); rejection != nil {
		return rejection
	}
	p := d.programmes.at(receipt.Programme.Number())
	if p.Anchor != r.Buyer {
		return reject("programme_other_buyer", "receivable", "the money came into the programme of %s", p.Anchor)
	}
	a := allocation{command: c, receipt: receipt, receivable: r, programme: p}
	if c.Holding != 0 {
		return a.settleFinancing(d)
	}
	if k := d.certificates.at(r.Certificate.Number()); k != nil && k.State == certificate.Live {
		return a.redeem(d, k)
	}
	if parts := d.claiming(r); len(parts) > 0 && parts[0].Placement != 0 {
		return a.spread(d, parts)
	}
	return a.decide(d)
}

// allocation is money on its way through the waterfall.
type allocation struct {
	command    *Allocate
	receipt    *payment.Receipt
	receivable *receivable.Receivable
	programme  *funding.Programme
	financing  *funding.Financing // nil where the receivable is not financed
	serviced   *serviced          // the financing with this money
	split      product.Split
	loans      []loanShare // of the trade, which come before the seller
}

func (a *allocation) decide(d *draft) *Rejection {
	r, amount := a.receivable, a.command.Amount
	if f := d.financings.at(r.Financing.Number()); f != nil && (f.State.PaidOut() || f.State == funding.WrittenOff) && !(d.settles(f) && a.command.Payer == ByBuyer) {
		if f.Programme != a.programme.ID {
			return reject("programme_other", "receivable", "receivable %s is financed in programme %s", r.ID, f.Programme)
		}
		if rejection := d.room(f); rejection != nil {
			return rejection
		}
		a.financing = f
	}
	if rejection := a.claimed(d); rejection != nil {
		return rejection
	}
	own := money.Sub(amount, a.lent())
	if own == 0 { // nothing is owed on its own financing
		a.financing = nil
	}
	if a.financing != nil {
		a.weigh(d, a.financing, own)
	} else {
		a.split = product.Split{Seller: own}
	}
	switch a.command.Payer {
	case ByBuyer:
		if most := money.Add(r.Outstanding(), a.buyerInterest()); amount > most {
			return reject("exceeds_owed", "amount", "the buyer owes %s on receivable %s", money.Amount{Minor: most, Currency: r.Currency}, r.ID)
		}
	case BySeller:
		if rejection := a.bySeller(d); rejection != nil {
			return rejection
		}
	default:
		return reject("payer_invalid", "payer", "the payer is the buyer or the seller")
	}
	// Nothing refuses after this line.
	if a.financing != nil {
		d.serve(a.serviced)
	} else {
		d.transfer(custodyKey(a.programme, ledger.CollectionUnallocated, 0), custodyKey(a.programme, ledger.CollectionForSeller, r.Seller), own)
		d.book(partyKey(r.Seller, ledger.CollectionsHeld, r.Currency), sellerKey(r, ledger.TradeReceivables), own)
	}
	a.repayLoans(d)
	a.used(d)
	if a.command.Payer == ByBuyer || a.onDebt(d) != 0 {
		a.buyer(d)
	}
	a.coverLeft(d)
	return nil
}

// bySeller refuses money of a seller that does not owe it.
func (a *allocation) bySeller(d *draft) *Rejection {
	if a.financing == nil {
		return reject("recourse_not_called", "payer", "the seller of receivable %s has not been called", a.receivable.ID)
	}
	f, currency := a.financing, a.receipt.Currency
	if most, all := d.sellerOwes(a); !all {
		answers := money.Minor(0)
		if d.called(f) && !d.disputedLately(f, a.receivable) {
			answers = d.answered(f, f.Uncovered, d.sellerPaid(f))
		}
		if answers == 0 && most == 0 && f.State != funding.InRecourse {
			return reject("recourse_not_called", "payer", "the seller of financing %s has not been called", f.ID)
		}
		if answers == 0 && a.command.Amount > most || a.split.Principal > money.Add(answers, most) {
			return reject("exceeds_owed", "amount", "the seller answers for %s of the principal", money.Amount{Minor: money.Add(answers, most), Currency: currency})
		}
	}
	if a.split.Seller > 0 {
		return reject("exceeds_owed", "amount", "the seller owes %s", money.Amount{Minor: money.Sub(a.command.Amount, a.split.Seller), Currency: currency})
	}
	return nil
}

// repay takes money for a financing of the one who has borrowed: the seller, or the buyer whose purchase was paid.
func (d *draft) repay(c *Allocate, receipt *payment.Receipt) *Rejection {
	f := d.financings.at(c.Financing.Number())
	if f == nil {
		return reject("financing_unknown", "financing", "there is no financing %s", c.Financing)
	}
	if !f.State.PaidOut() && f.State != funding.WrittenOff {
		return reject("financing_state", "financing", "financing %s is %s", f.ID, f.State)
	}
	if f.Programme != receipt.Programme {
		return reject("programme_other", "financing", "financing %s is of programme %s", f.ID, f.Programme)
	}
	if c.Amount <= 0 || c.Amount > receipt.Left() {
		return reject("amount_invalid", "amount", "of receipt %s there is %s left", c.Receipt, money.Amount{Minor: receipt.Left(), Currency: receipt.Currency})
	}
	a := allocation{command: c, receipt: receipt, receivable: d.receivables.at(f.Receivable.Number()), programme: d.programmes.at(f.Programme.Number())}
	a.weigh(d, f, c.Amount)
	if rejection := d.notReplaced(f); rejection != nil {
		return rejection
	}
	switch c.Payer {
	case ByBuyer:
		if !d.settles(f) {
			return reject("payer_invalid", "payer", "the buyer has not borrowed in financing %s: it pays its debt", f.ID)
		}
		if over := money.Add(a.split.Seller, a.split.Reserve); over > 0 {
			return reject("exceeds_owed", "amount", "on financing %s the buyer owes %s", f.ID, money.Amount{Minor: money.Sub(c.Amount, over), Currency: f.Currency})
		}
	case BySeller:
		if rejection := a.bySeller(d); rejection != nil {
			return rejection
		}
	default:
		return reject("payer_invalid", "payer", "the payer is the buyer or the seller")
	}
	// Nothing refuses after this line.
	d.serve(a.serviced)
	a.used(d)
	if !d.settles(f) && a.onDebt(d) != 0 {
		a.buyer(d)
	}
	a.coverLeft(d)
	return nil
}

// weigh reckons what the money brings to whom where the receivable is financed.
func (a *allocation) weigh(d *draft, f *funding.Financing, amount money.Minor) {
	payer := servicing.Buyer
	if a.command.Payer == BySeller {
		payer = servicing.Seller
	}
	fact := received(payer, a.receipt, amount)
	if f.State == funding.WrittenOff {
		fact.Kind = servicing.Recovered
	}
	a.financing, a.serviced = f, d.weigh(f, fact)
	a.split = a.serviced.split()
}

// buyerInterest is what the buyer bears on top of the debt.
func (a *allocation) buyerInterest() money.Minor {
	if a.financing == nil {
		return 0
	}
	return a.serviced.onTop()
}

// used notes how much of the receipt is allocated.
func (a *allocation) used(d *draft) {
	moved := &ReceiptMoved{Receipt: a.receipt.ID, State: payment.Unallocated, Used: money.Add(a.receipt.Used, a.command.Amount)}
	if moved.Used == a.receipt.Amount {
		moved.State = payment.Allocated
	}
	d.emit(moved)
}

// onDebt is what the buyer has paid more on its debt by this, besides what it bears on top. Money of the seller that counts from before the
// buyer's may have paid what the buyer bears: then the buyer has paid more of its debt, and less on top.
func (a *allocation) onDebt(d *draft) money.Minor {
	switch {
	case a.command.Payer == ByBuyer:
		return money.Sub(a.command.Amount, a.buyerInterest())
	case a.financing == nil || d.settles(a.financing):
		return 0
	}
	return -a.buyerInterest()
}

// buyer books that the buyer has paid its debt; what it bears on top of that the financing has booked.
func (a *allocation) buyer(d *draft) {
	a.debtPaid(d, a.onDebt(d))
}

// debtPaid books what the buyer has paid of its debt.
func (a *allocation) debtPaid(d *draft, paid money.Minor) {
	after := *a.receivable
	d.paysDebt(a.receivable, &after, a.receipt, paid)
}

// paysDebt books what a buyer has paid more on its debt; below zero what it owes again.
func (d *draft) paysDebt(r, after *receivable.Receivable, receipt *payment.Receipt, amount money.Minor) {
	if amount < 0 {
		d.unpay(r, after, receipt, -amount)
		return
	}
	bank := partyKey(r.Buyer, ledger.BuyerBank, r.Currency)
	confirmed := money.Minor(0)
	if r.Undertaking.Binds() {
		confirmed = min(amount, r.Undertaken())
	}
	after.Paid = money.Add(r.Paid, amount)
	d.book(buyerKey(r, ledger.ConfirmedPayables), bank, confirmed)
	d.book(buyerKey(r, ledger.TradePayables), bank, money.Sub(amount, confirmed))
	d.emit(&ReceivablePaid{Receivable: r.ID, Receipt: receipt.ID, Amount: amount, Value: receipt.Value})
}

// CloseFinancing ends a financing on which nothing is owed.
type CloseFinancing struct {
	Financing id.Financing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*CloseFinancing) Kind() uint16 { return commandCloseFinancing }

func (c *CloseFinancing) decide(d *draft) *Rejection {
	f, rejection := d.financing(c.Financing, funding.Outstanding, funding.Overdue, funding.InRecourse, funding.Defaulted)
	if rejection != nil {
		return rejection
	}
	if owed := f.Claim(); owed != 0 {
		return reject("still_owed", "financing", "%s is still owed on financing %s", money.Amount{Minor: owed, Currency: f.Currency}, f.ID)
	}
	if r := d.receivables.at(f.Receivable.Number()); r != nil && r.Outstanding() > 0 {
		if rejection := d.noInsurer(f); rejection != nil {
			return rejection
		}
	}
	if f.Besides.Held > 0 {
		if day := d.released(f); d.today() < day {
			return reject("reserve_held", "financing", "%s is kept back against dilution until %s", money.Amount{Minor: f.Besides.Held, Currency: f.Currency}, day)
		}
		d.serve(d.weigh(f, servicing.Fact{Kind: servicing.Closed, Value: d.today()}))
	}
	d.giveBack(f)
	d.emit(&FinancingMoved{Financing: f.ID, State: funding.ClosedState})
	return nil
}

// ReceivablePaid says that a buyer has paid on a receivable.
type ReceivablePaid struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Receipt    id.Receipt    `cbor:"2,keyasint"`
	Amount     money.Minor   `cbor:"3,keyasint"`
	Value      calendar.Date `cbor:"4,keyasint"`
	Line       id.SetOffLine `cbor:"240,keyasint,omitempty"` // by which a run of multilateral set-off has paid it, without cash; then it is the settlement reference
}

// Kind names the stored form.
func (*ReceivablePaid) Kind() uint16 { return eventReceivablePaid }

func (e *ReceivablePaid) fold(b *Book) {
	r := b.receivables.at(e.Receivable.Number())
	r.Paid = money.Add(r.Paid, e.Amount)
	b.closeIfPaid(r)
	b.learnPaid(r, e.Amount, e.Value)
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
}

func (b *Book) closeIfPaid(r *receivable.Receivable) {
	if r.Outstanding() == 0 {
		r.State = receivable.Closed
	}
}

// FinancingRepaid says how a collection was shared out, in a journal from before facts were kept.
type FinancingRepaid struct {
	Financing id.Financing  `cbor:"1,keyasint"`
	Split     product.Split `cbor:"2,keyasint"`
	Earned    money.Minor   `cbor:"3,keyasint"` // of the discount, by this collection
	Value     calendar.Date `cbor:"4,keyasint"` // up to which interest is reckoned now
}

// Kind names the stored form.
func (*FinancingRepaid) Kind() uint16 { return eventFinancingRepaid }

func (e *FinancingRepaid) fold(b *Book) {
	f := b.financings.at(e.Financing.Number())
	b.unindexFinancing(f)
	f.Repaid = money.Add(f.Repaid, e.Split.Principal)
	f.Earned = money.Add(f.Earned, e.Earned)
	f.InterestPaid = money.Add(f.InterestPaid, e.Split.Interest)
	f.LatePaid = money.Add(f.LatePaid, e.Split.LateInterest)
	f.InterestDue, f.LateDue, f.InterestFrom = e.Split.InterestLeft, e.Split.LateLeft, e.Value
	amount := money.Add(money.Add(e.Split.LateInterest, e.Split.Interest), e.Split.Principal)
	if f.Holding == 0 {
		amount = money.Add(amount, e.Split.Seller)
	}
	b.addFact(f, servicing.Fact{
		Kind: servicing.Received, Party: servicing.Buyer, Value: e.Value, Booking: b.clock.Date, Entry: disbursedEntry + b.facts.count + 1, Amount: amount,
	})
	b.indexFinancing(f)
	b.touched(tableFinancing, e.Financing.Number(), &f.Entry)
}
