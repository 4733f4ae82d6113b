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
}

// Kind names the stored form.
func (*Allocate) Kind() uint16 { return commandAllocate }

func (c *Allocate) decide(d *draft) *Rejection {
	receipt := d.receipts.at(c.Receipt.Number())
	if receipt == nil {
		return reject("receipt_unknown", "receipt", "there is no receipt %s", c.Receipt)
	}
	if receipt.State != payment.Unallocated || receipt.Funder != 0 {
		return reject("receipt_state", "receipt", "receipt %s is not open to allocation", c.Receipt)
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
}

func (a *allocation) decide(d *draft) *Rejection {
	r, amount := a.receivable, a.command.Amount
	if f := d.financings.at(r.Financing.Number()); f != nil && f.State.PaidOut() {
		if f.Programme != a.programme.ID {
			return reject("programme_other", "receivable", "receivable %s is financed in programme %s", r.ID, f.Programme)
		}
		a.weigh(d, f)
	} else {
		a.split = product.Split{Seller: amount}
	}
	switch a.command.Payer {
	case ByBuyer:
		if most := money.Add(r.Outstanding(), a.buyerInterest(d)); amount > most {
			return reject("exceeds_owed", "amount", "the buyer owes %s on receivable %s", money.Amount{Minor: most, Currency: r.Currency}, r.ID)
		}
	case BySeller:
		if a.financing == nil || a.financing.State != funding.InRecourse && !d.called(a.financing) {
			return reject("recourse_not_called", "payer", "the seller of receivable %s has not been called", r.ID)
		}
		if a.financing.State != funding.InRecourse && a.split.Principal > a.financing.Uncovered {
			return reject("exceeds_owed", "amount", "the seller answers for %s of the principal", money.Amount{Minor: a.financing.Uncovered, Currency: r.Currency})
		}
		if a.split.Seller > 0 {
			return reject("exceeds_owed", "amount", "the seller owes %s", money.Amount{Minor: money.Sub(amount, a.split.Seller), Currency: r.Currency})
		}
	default:
		return reject("payer_invalid", "payer", "the payer is the buyer or the seller")
	}
	// Nothing refuses after this line.
	if a.financing != nil {
		d.serve(a.serviced)
	} else {
		d.transfer(custodyKey(a.programme, ledger.CollectionUnallocated, 0), custodyKey(a.programme, ledger.CollectionForSeller, r.Seller), amount)
		d.book(partyKey(r.Seller, ledger.CollectionsHeld, r.Currency), sellerKey(r, ledger.TradeReceivables), amount)
	}
	a.used(d)
	if a.command.Payer == ByBuyer {
		a.buyer(d)
	}
	a.coverLeft(d)
	return nil
}

// weigh reckons what the money brings to whom where the receivable is financed.
func (a *allocation) weigh(d *draft, f *funding.Financing) {
	payer := servicing.Buyer
	if a.command.Payer == BySeller {
		payer = servicing.Seller
	}
	a.financing, a.serviced = f, d.weigh(f, received(payer, a.receipt, a.command.Amount))
	a.split = a.serviced.split()
}

// buyerInterest is late interest that the buyer bears on top of the debt: where the seller does not answer for its default.
func (a *allocation) buyerInterest(d *draft) money.Minor {
	if a.financing == nil || d.loan(a.financing) {
		return 0
	}
	return a.split.LateInterest
}

// used notes how much of the receipt is allocated.
func (a *allocation) used(d *draft) {
	moved := &ReceiptMoved{Receipt: a.receipt.ID, State: payment.Unallocated, Used: money.Add(a.receipt.Used, a.command.Amount)}
	if moved.Used == a.receipt.Amount {
		moved.State = payment.Allocated
	}
	d.emit(moved)
}

// buyer books that the buyer has paid its debt; what it bears on top of that the financing has booked.
func (a *allocation) buyer(d *draft) {
	a.debtPaid(d, money.Sub(a.command.Amount, a.buyerInterest(d)))
}

// debtPaid books what the buyer has paid of its debt.
func (a *allocation) debtPaid(d *draft, paid money.Minor) {
	r := a.receivable
	bank := partyKey(r.Buyer, ledger.BuyerBank, r.Currency)
	confirmed := money.Minor(0)
	if r.Undertaking == receivable.Irrevocable {
		confirmed = min(paid, r.Undertaken())
	}
	d.book(buyerKey(r, ledger.ConfirmedPayables), bank, confirmed)
	d.book(buyerKey(r, ledger.TradePayables), bank, money.Sub(paid, confirmed))
	d.emit(&ReceivablePaid{Receivable: r.ID, Receipt: a.receipt.ID, Amount: paid, Value: a.receipt.Value})
}

// CallRecourse calls the seller, where the product gives recourse for protracted default and its days have passed.
type CallRecourse struct {
	Financing id.Financing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*CallRecourse) Kind() uint16 { return commandCallRecourse }

func (c *CallRecourse) decide(d *draft) *Rejection {
	if f := d.financings.at(c.Financing.Number()); f != nil {
		if rejection := d.own(f.Funder, "financing"); rejection != nil {
			return rejection
		}
	}
	f, rejection := d.financing(c.Financing, funding.Overdue)
	if rejection != nil {
		return rejection
	}
	recourse := d.products.at(f.Product.Number()).Terms.Recourse
	if !recourse.ProtractedDefault {
		return reject("recourse_none", "financing", "the product gives no recourse for the buyer's default")
	}
	if late := calendar.DaysBetween(f.Due, d.today()); late < int(recourse.DefaultAfterDays) {
		return reject("recourse_early", "financing", "%d days overdue; recourse is given after %d", late, recourse.DefaultAfterDays)
	}
	d.emit(&FinancingMoved{Financing: f.ID, State: funding.InRecourse})
	return nil
}

// CloseFinancing ends a financing on which nothing is owed.
type CloseFinancing struct {
	Financing id.Financing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*CloseFinancing) Kind() uint16 { return commandCloseFinancing }

func (c *CloseFinancing) decide(d *draft) *Rejection {
	f, rejection := d.financing(c.Financing, funding.Outstanding, funding.Overdue, funding.InRecourse)
	if rejection != nil {
		return rejection
	}
	if owed := f.Claim(); owed != 0 {
		return reject("still_owed", "financing", "%s is still owed on financing %s", money.Amount{Minor: owed, Currency: f.Currency}, f.ID)
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
}

// Kind names the stored form.
func (*ReceivablePaid) Kind() uint16 { return eventReceivablePaid }

func (e *ReceivablePaid) fold(b *Book) {
	r := b.receivables.at(e.Receivable.Number())
	r.Paid = money.Add(r.Paid, e.Amount)
	b.closeIfPaid(r)
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
