package book

import (
	"millrace/domain/calendar"
	"millrace/domain/discounting"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/servicing"
)

func init() {
	registerCommand(func() act { return &Disburse{} })
	registerCommand(func() act { return &RetryPayment{} })
	registerCommand(func() act { return &RecordOutcome{} })
	registerCommand(func() act { return &Sweep{} })
	registerCommand(func() act { return &PayOut{} })
	registerEvent(func() fact { return &PaymentOpened{} })
	registerEvent(func() fact { return &PaymentMoved{} })
	permitted[commandDisburse] = party.Operator | party.Funder
	permitted[commandRetryPayment] = party.Operator
	permitted[commandRecordOutcome] = party.Operator | party.Bank | party.Custodian
	permitted[commandSweep] = party.Operator
	permitted[commandPayOut] = party.Operator
}

// Disburse instructs the custodian to pay the proceeds of an accepted financing to the seller. The entry is the first
// attempt: it is durable before anything leaves. Above the programme's bound it waits for a second person.
type Disburse struct {
	Financing id.Financing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*Disburse) Kind() uint16 { return commandDisburse }

func (c *Disburse) decide(d *draft) *Rejection {
	if f := d.financings.at(c.Financing.Number()); f != nil {
		if rejection := d.own(f.Funder, "financing"); rejection != nil {
			return rejection
		}
	}
	f, rejection := d.financing(c.Financing, funding.Accepted)
	if rejection != nil {
		return rejection
	}
	if rejection := d.notForRun(f); rejection != nil {
		return rejection
	}
	if rejection := together(f); rejection != nil {
		return rejection
	}
	p := d.programmes.at(f.Programme.Number())
	if p.Stopped {
		return reject("programme_stopped", "financing", "programme %s is stopped: a shortfall is open", p.ID)
	}
	if rejection := d.accounted(p); rejection != nil {
		return rejection
	}
	if rejection := d.stillPayable(p, f); rejection != nil {
		return rejection
	}
	if rejection := d.safe(p, f.Payee); rejection != nil {
		return rejection
	}
	if rejection := d.lawfulToPayOut(f); rejection != nil {
		return rejection
	}
	if rejection := d.registeredFor(f); rejection != nil {
		return rejection
	}
	if rejection := d.stillFinanceable(f, p); rejection != nil {
		return rejection
	}
	if rejection := d.entitled(f, p); rejection != nil {
		return rejection
	}
	planned, rejection := d.replanned(f)
	if rejection != nil {
		return rejection
	}
	left := money.Sub(f.Net, planned.Converted())
	if left == 0 { // all of it repays what was lent before: no money leaves
		d.void(f.Hold)
		d.disbursed(p, planned, d.today())
		return nil
	}
	opened := d.instruct(p, payment.Payment{
		Programme: f.Programme, Financing: f.ID, Payee: f.Beneficiary(), Account: f.Payee, Hold: f.Hold, Amount: left,
		Currency: f.Currency, Purpose: payment.Disbursement,
	})
	d.emit(&FinancingMoved{Financing: f.ID, State: funding.Disbursing, Payment: opened})
	return nil
}

// stillFinanceable asks once more, before money leaves, whether what secures a financing is still there.
func (d *draft) stillFinanceable(f *funding.Financing, p *funding.Programme) *Rejection {
	if f.Collateral != 0 {
		return d.stillBorne(f, p)
	}
	if f.Trade != 0 {
		return d.stillStaged(f, p)
	}
	r := d.receivables.at(f.Receivable.Number())
	if uint8(r.Undertaking) < uint8(d.products.at(f.Product.Number()).Terms.Undertaking) {
		return reject("undertaking_missing", "financing", "the buyer's undertaking is %s by now, the product asks for more", r.Undertaking)
	}
	if r.Financeable() < f.Amount {
		return reject("amount_changed", "financing", "only %s is left of what was to be financed", money.Amount{Minor: r.Financeable(), Currency: f.Currency})
	}
	return nil
}

// Sweep returns to a funder's funding account what was collected for it in a programme.
type Sweep struct {
	Programme id.Programme `cbor:"1,keyasint"`
	Funder    id.Party     `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*Sweep) Kind() uint16 { return commandSweep }

func (c *Sweep) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	return d.payFrom(p, custodyKey(p, ledger.CollectionForFunder, c.Funder), fundingKey(p, c.Funder), payment.Payment{
		Programme: p.ID, Payee: c.Funder, Currency: p.Currency, Purpose: payment.Sweep,
	})
}

// PayOut pays to a seller what was collected for it in a programme.
type PayOut struct {
	Programme id.Programme   `cbor:"1,keyasint"`
	Seller    id.Party       `cbor:"2,keyasint"`
	Account   id.BankAccount `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*PayOut) Kind() uint16 { return commandPayOut }

func (c *PayOut) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if rejection := d.payable(c.Account, c.Seller, p.Currency); rejection != nil {
		return rejection
	}
	if rejection := d.safe(p, c.Account); rejection != nil {
		return rejection
	}
	if rejection := d.cashArrived(p, c.Seller); rejection != nil {
		return rejection
	}
	return d.payFrom(p, custodyKey(p, ledger.CollectionForSeller, c.Seller), custodyKey(p, ledger.Outside, 0), payment.Payment{
		Programme: p.ID, Payee: c.Seller, Account: c.Account, Currency: p.Currency, Purpose: payment.PayOut,
	})
}

// payFrom instructs the payment of all that is free in a supervised account.
func (d *draft) payFrom(p *funding.Programme, from, to ledger.Key, opened payment.Payment) *Rejection {
	if rejection := d.pays(p); rejection != nil {
		return rejection
	}
	opened.Amount = d.available(from)
	if opened.Amount <= 0 {
		return reject("nothing_to_pay", "programme", "nothing is free in %s", from.Code)
	}
	opened.Hold = d.hold(from, to, opened.Amount, 0)
	d.instruct(p, opened)
	return nil
}

// payment finds a payment in one of the states, or refuses.
func (d *draft) payment(wanted id.Payment, states ...payment.State) (*payment.Payment, *Rejection) {
	p := d.payments.at(wanted.Number())
	if p == nil {
		return nil, reject("payment_unknown", "payment", "there is no payment %s", wanted)
	}
	for _, state := range states {
		if p.State == state {
			return p, nil
		}
	}
	return nil, reject("payment_state", "payment", "payment %s is %s", wanted, p.State)
}

// RetryPayment records one more attempt at a payment of which the bank's answer is not known, under the same key.
type RetryPayment struct {
	Payment id.Payment `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RetryPayment) Kind() uint16 { return commandRetryPayment }

func (c *RetryPayment) decide(d *draft) *Rejection {
	p, rejection := d.payment(c.Payment, payment.Instructed, payment.InDoubt)
	if rejection != nil {
		return rejection
	}
	if d.programmes.at(p.Programme.Number()).Stopped {
		return reject("programme_stopped", "payment", "programme %s is stopped: a shortfall is open", p.Programme)
	}
	if p.Flags != 0 {
		return reject("payment_withheld", "payment", "payment %s is withheld: %v", p.ID, p.Flags.Names())
	}
	if rejection := d.sendable(p); rejection != nil {
		return rejection
	}
	d.emit(&PaymentMoved{Payment: p.ID, State: payment.Instructed, Attempts: p.Attempts + 1})
	return nil
}

// RecordOutcome says what the bank has done with a payment: executed, refused, returned, or that nobody knows (in doubt). A person of the
// custodian decides with it: executed releases the payment, refused ends it.
type RecordOutcome struct {
	Payment id.Payment    `cbor:"1,keyasint"`
	State   payment.State `cbor:"2,keyasint"`
	Bank    [16]byte      `cbor:"3,keyasint"` // token of the bank's reference
	Value   calendar.Date `cbor:"4,keyasint"` // for executed and returned

	Reason party.Reference `cbor:"556,keyasint,omitzero"` // why a person of the custodian refuses, in the vault
}

// Kind names the stored form.
func (*RecordOutcome) Kind() uint16 { return commandRecordOutcome }

func (c *RecordOutcome) decide(d *draft) *Rejection {
	if p := d.payments.at(c.Payment.Number()); p != nil {
		if rejection := d.custodianOf(p.Programme); rejection != nil {
			return rejection
		}
	}
	from := []payment.State{payment.Instructed, payment.InDoubt}
	if c.State == payment.Returned {
		from = []payment.State{payment.Executed}
	}
	p, rejection := d.payment(c.Payment, from...)
	if rejection != nil {
		return rejection
	}
	moved := &PaymentMoved{Payment: p.ID, State: c.State, Bank: c.Bank, Value: c.Value, Attempts: p.Attempts}
	if d.actor.Role == party.Custodian {
		if rejection := d.decidedInCustody(p, c); rejection != nil {
			return rejection
		}
		moved.Decider, moved.Reason = d.header.Actor, c.Reason
	}
	switch c.State {
	case payment.Executed, payment.Returned:
		if c.Value <= 0 {
			return reject("date_missing", "value", "the value date is missing")
		}
		if !d.near(c.Value) {
			return reject("date_invalid", "value", "the value date lies years from the business date %s", d.today())
		}
		if c.State == payment.Executed {
			d.execute(p, moved)
			return nil
		}
		return d.takeBack(p, moved)
	case payment.Refused:
		d.refuse(p, moved)
	case payment.InDoubt:
		d.emit(moved)
	default:
		return reject("outcome_invalid", "state", "an outcome is executed, refused, returned or in_doubt")
	}
	return nil
}

// custodianOf refuses a bank that is not the programme's custodian.
func (d *draft) custodianOf(programme id.Programme) *Rejection {
	if d.isOperator() || d.by() == d.programmes.at(programme.Number()).Custodian {
		return nil
	}
	return reject("other_party", "programme", "only the programme's custodian speaks for its accounts")
}

// execute books what the bank has paid.
func (d *draft) execute(p *payment.Payment, moved *PaymentMoved) {
	if p.Purpose == payment.InternalTransfer { // its money has moved in the books
		d.emit(moved)
		return
	}
	d.void(p.Hold)
	d.emit(moved)
	programme := d.programmes.at(p.Programme.Number())
	switch p.Purpose {
	case payment.Disbursement:
		f := d.financings.at(p.Financing.Number())
		d.disbursed(programme, f, moved.Value)
	case payment.EarlyPayment:
		d.earlyPaid(p, moved.Value, forward)
	case payment.Sweep:
		d.transfer(custodyKey(programme, ledger.CollectionForFunder, p.Payee), fundingKey(programme, p.Payee), p.Amount)
	case payment.PayOut:
		d.transfer(custodyKey(programme, ledger.CollectionForSeller, p.Payee), custodyKey(programme, ledger.Outside, 0), p.Amount)
		d.book(partyKey(p.Payee, ledger.SellerBank, p.Currency), partyKey(p.Payee, ledger.CollectionsHeld, p.Currency), p.Amount)
	default:
		d.wentOut(programme, p)
	}
}

// disbursed books that the proceeds of a financing have gone where they are to go.
func (d *draft) disbursed(p *funding.Programme, f *funding.Financing, value calendar.Date) {
	d.paidOut(p, f, forward)
	if f.Supply.Supplier != 0 {
		d.supplyPaid(f, d.financedKey(f), value)
	}
	d.emit(&LimitMoved{Limits: d.usedLimits(f), Reserved: -f.Principal, Used: f.Principal})
	state := funding.Outstanding
	if f.Due < d.today() {
		state = funding.Overdue
	}
	d.emit(&FinancingMoved{Financing: f.ID, State: state, Value: value})
	if p := d.sharing(f); p != nil {
		d.coverPartOut(p, f)
	} else if r := d.receivables.at(f.Receivable.Number()); d.settles(f) {
		d.emit(&ReceivablePaid{Receivable: r.ID, Amount: f.Principal, Value: value})
	} else if r != nil {
		d.cover(f, 0, uncovered(f.Principal, f.Principal, r))
	}
	d.convert(f)
}

func partyKey(entity id.Party, code ledger.Code, currency money.Currency) ledger.Key {
	return ledger.Key{Entity: entity, Code: code, Currency: currency}
}

// direction tells a posting from its counter-entry.
type direction bool

const (
	forward direction = true
	counter direction = false
)

// loan tells whether the financing is a loan to the seller in the books (with recourse for the buyer's default, or secured by a
// pledge), and not the purchase of a receivable or a loan to the buyer (IFRS 9 3.2.6).
func (d *draft) loan(f *funding.Financing) bool { return d.treatment(f) == servicing.LoanToSeller }

// claimKey is the funder's claim: on the buyer where it has bought or lent to it, on the seller where it has lent to that.
func (d *draft) claimKey(f *funding.Financing) ledger.Key {
	key := ledger.Key{Entity: f.Funder, Programme: f.Programme, Counterparty: f.Buyer, Code: ledger.PurchasedReceivables, Currency: f.Currency}
	switch d.treatment(f) {
	case servicing.LoanToSeller:
		key.Counterparty, key.Code = f.Seller, ledger.LoansToSellers
	case servicing.LoanToBuyer:
		key.Code = ledger.LoansToBuyers
	}
	return key
}

// financedKey is what the seller gives for the money: the receivable, or a borrowing.
func (d *draft) financedKey(f *funding.Financing) ledger.Key {
	if d.loan(f) {
		return ledger.Key{Entity: f.Seller, Counterparty: f.Funder, Code: ledger.Borrowings, Currency: f.Currency}
	}
	return ledger.Key{Entity: f.Seller, Counterparty: f.Buyer, Code: ledger.TradeReceivables, Currency: f.Currency}
}

func funderKey(f *funding.Financing, code ledger.Code) ledger.Key {
	return ledger.Key{Entity: f.Funder, Programme: f.Programme, Code: code, Currency: f.Currency}
}

// refuse ends a payment that did not leave: what was set aside is free again, and a financing is cancelled.
func (d *draft) refuse(p *payment.Payment, moved *PaymentMoved) {
	if p.Purpose == payment.InternalTransfer {
		d.crossAgain(p, moved)
		return
	}
	d.void(p.Hold)
	d.emit(moved)
	if p.Purpose == payment.EarlyPayment {
		d.emit(&EarlyPaymentMoved{Payment: p.Early, State: discounting.NotPaid})
	}
	if p.Purpose == payment.ReturnOfReceipt {
		d.unsent(d.programmes.at(p.Programme.Number()), p)
	}
	if p.Purpose != payment.Disbursement {
		return
	}
	d.cancel(d.financings.at(p.Financing.Number()))
}

// takeBack books that a bank returned money which it had paid, by counter-entries.
func (d *draft) takeBack(p *payment.Payment, moved *PaymentMoved) *Rejection {
	programme := d.programmes.at(p.Programme.Number())
	switch p.Purpose {
	case payment.Disbursement:
		f := d.financings.at(p.Financing.Number())
		if rejection := d.reconvertible(f); rejection != nil {
			return rejection
		}
		if f.LastFact == 0 {
			d.emit(moved)
			if d.settles(f) {
				d.emit(&ReceivableUnpaid{Receivable: f.Receivable, Amount: f.Principal})
			}
			d.cover(f, f.Uncovered, 0)
			d.unaccrue(f)
			d.unconvert(f)
			d.paidOut(programme, f, counter)
			d.emit(&LimitMoved{Limits: d.usedLimits(f), Used: -f.Principal})
			d.giveBack(f)
			d.emit(&FinancingMoved{Financing: f.ID, State: funding.Cancelled})
			d.coverPartBack(f)
			return nil
		}
		if f.Holding != 0 || f.Placement != 0 || f.Receivable == 0 || len(f.Conversions) > 0 || d.settles(f) || f.Besides.FeesPaid > 0 || f.LatePaid > 0 && !d.loan(f) {
			return reject("return_after_repayment", "payment", "of financing %s a holding was redeemed, what came in was shared among funders, an earlier loan repaid, or fees or late interest paid on top of the debt: settle the return with the seller", f.ID)
		}
		d.undisburse(programme, f, moved)
	case payment.EarlyPayment:
		d.emit(moved)
		d.earlyBack(p)
	case payment.PayOut:
		d.emit(moved)
		d.book(custodyKey(programme, ledger.Outside, 0), custodyKey(programme, ledger.CollectionForSeller, p.Payee), p.Amount)
		d.book(partyKey(p.Payee, ledger.CollectionsHeld, p.Currency), partyKey(p.Payee, ledger.SellerBank, p.Currency), p.Amount)
	case payment.Sweep:
		d.unsweep(programme, p, moved)
	case payment.InternalTransfer:
		d.crossAgain(p, moved)
	default:
		d.emit(moved)
		d.cameBack(programme, p)
	}
	return nil
}

// PaymentOpened says that a payment was instructed, or waits for a second person.
type PaymentOpened struct {
	Payment payment.Payment `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*PaymentOpened) Kind() uint16 { return eventPaymentOpened }

func (e *PaymentOpened) fold(b *Book) {
	number := e.Payment.ID.Number()
	b.payments.add(number, e.Payment)
	b.indexPayment(b.payments.at(number))
	b.touched(tablePayment, number, &b.payments.at(number).Entry)
}

// PaymentMoved says that a payment has come to another state.
type PaymentMoved struct {
	Payment  id.Payment    `cbor:"1,keyasint"`
	State    payment.State `cbor:"2,keyasint"`
	Bank     [16]byte      `cbor:"3,keyasint"`
	Value    calendar.Date `cbor:"4,keyasint,omitempty"`
	Checker  id.Actor      `cbor:"5,keyasint,omitempty"`
	Attempts uint32        `cbor:"6,keyasint"`
	Missing  money.Minor   `cbor:"7,keyasint,omitempty"` // of a sweep that came back: what the funding account no longer held

	Decider id.Actor        `cbor:"556,keyasint,omitempty"` // of the custodian's people, who released or refused it
	Reason  party.Reference `cbor:"557,keyasint,omitzero"`  // why that person refused it
}

// Kind names the stored form.
func (*PaymentMoved) Kind() uint16 { return eventPaymentMoved }

func (e *PaymentMoved) fold(b *Book) {
	p := b.payments.at(e.Payment.Number())
	b.unindexPayment(p)
	if p.State == payment.AwaitingApproval && e.State == payment.Instructed {
		b.approved(p, e.Checker)
	}
	if p.Account != 0 && (e.State == payment.Executed || e.State == payment.Returned) {
		b.paidTo(p.Account, e.State)
	}
	b.tallyPayment(p, -1)
	p.State, p.Attempts, p.Missing = e.State, e.Attempts, e.Missing
	b.indexPayment(p)
	if e.Bank != [16]byte{} {
		p.Bank = e.Bank
	}
	if e.Value != 0 {
		p.Value = e.Value
	}
	b.tallyPayment(p, 1)
	if e.Checker != 0 {
		p.Checker = e.Checker
	}
	if e.Decider != 0 {
		p.Decider, p.Refusal = e.Decider, e.Reason
	}
	b.touched(tablePayment, e.Payment.Number(), &p.Entry)
}
