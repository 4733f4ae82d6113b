package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
)

func init() {
	registerCommand(func() act { return &PayFees{} })
	registerCommand(func() act { return &PayInsurer{} })
	registerCommand(func() act { return &WithdrawFunding{} })
	permitted[commandPayFees] = party.Operator
	permitted[commandPayInsurer] = party.Operator
	permitted[commandWithdrawFunding] = party.Operator | party.Funder | party.Buyer | party.Anchor
}

// PayFees pays who has earned fees in a programme: the operator what products grant it, and others what products grant them. What
// was withheld from proceeds lies in the fees account, what was paid out of collections in the collection account: there is
// a payment from each in which something is free. Fees of the operator, and those of one whom no product names, wait for a second
// person whatever their amount.
type PayFees struct {
	Programme id.Programme   `cbor:"1,keyasint"`
	Party     id.Party       `cbor:"2,keyasint"` // who has earned them
	Account   id.BankAccount `cbor:"3,keyasint"` // its own, verified
	Unnamed   bool           `cbor:"4,keyasint"` // what products grant to one whom they do not name
}

// Kind names the stored form.
func (*PayFees) Kind() uint16 { return commandPayFees }

func (c *PayFees) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	operators := c.Party == p.Operator
	if operators && c.Unnamed {
		return reject("payee_not_entitled", "party", "the operator takes only fees that a product grants to it")
	}
	if rejection := d.payable(c.Account, c.Party, p.Currency); rejection != nil {
		return rejection
	}
	if rejection := d.safe(p, c.Account); rejection != nil {
		return rejection
	}
	withheld, collected, purpose, earner := ledger.FeesForOthers, ledger.OthersFeesCollected, payment.OthersFees, c.Party
	if operators {
		withheld, collected, purpose = ledger.OperatorFees, ledger.OperatorFeesCollected, payment.OperatorsFees
	} else if c.Unnamed {
		earner = 0
	}
	needed := uint8(0)
	if operators || c.Unnamed {
		needed = 1
	}
	var last *Rejection
	paid := false
	for _, from := range [...]ledger.Code{withheld, collected} {
		last = d.payFrom(p, custodyKey(p, from, earner), custodyKey(p, ledger.Outside, 0), payment.Payment{
			Programme: p.ID, Payee: c.Party, Account: c.Account, Currency: p.Currency, Purpose: purpose, Collected: from == collected,
			Needed: needed,
		})
		paid = paid || last == nil
	}
	if paid {
		return nil
	}
	return last
}

// PayInsurer pays an insurer its share of what came in after it had paid. The product grants the share and does not name the
// insurer: a second person stands for who it is.
type PayInsurer struct {
	Programme id.Programme   `cbor:"1,keyasint"`
	Funder    id.Party       `cbor:"2,keyasint"` // whose insurer it is
	Insurer   id.Party       `cbor:"3,keyasint"`
	Account   id.BankAccount `cbor:"4,keyasint"` // the insurer's own, verified
}

// Kind names the stored form.
func (*PayInsurer) Kind() uint16 { return commandPayInsurer }

func (c *PayInsurer) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if c.Insurer == p.Operator || c.Insurer == c.Funder {
		return reject("payee_not_entitled", "insurer", "neither the operator nor the insured is the insurer")
	}
	if rejection := d.payable(c.Account, c.Insurer, p.Currency); rejection != nil {
		return rejection
	}
	if rejection := d.safe(p, c.Account); rejection != nil {
		return rejection
	}
	return d.payFrom(p, custodyKey(p, ledger.ForInsurer, c.Funder), custodyKey(p, ledger.Outside, 0), payment.Payment{
		Programme: p.ID, Payee: c.Insurer, Account: c.Account, Currency: p.Currency, Purpose: payment.InsurersShare, Needed: 1,
	})
}

// WithdrawFunding pays back to a funder, or to a buyer that pays early, what it has provided and nothing is set aside for.
type WithdrawFunding struct {
	Programme id.Programme   `cbor:"1,keyasint"`
	Funder    id.Party       `cbor:"2,keyasint"`
	Account   id.BankAccount `cbor:"3,keyasint"` // its own, verified
	Amount    money.Minor    `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*WithdrawFunding) Kind() uint16 { return commandWithdrawFunding }

func (c *WithdrawFunding) decide(d *draft) *Rejection {
	if rejection := d.own(c.Funder, "funder"); rejection != nil {
		return rejection
	}
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if !d.deposits(p, c.Funder) {
		return reject("funder_unknown", "funder", "%s is not a funder of programme %s", c.Funder, p.ID)
	}
	if rejection := d.payable(c.Account, c.Funder, p.Currency); rejection != nil {
		return rejection
	}
	if rejection := d.safe(p, c.Account); rejection != nil {
		return rejection
	}
	if rejection := d.pays(p); rejection != nil {
		return rejection
	}
	from := fundingKey(p, c.Funder)
	if c.Amount <= 0 {
		return reject("amount_invalid", "amount", "a withdrawal is above zero")
	}
	if free := d.available(from); free < c.Amount {
		return reject("funds_insufficient", "amount", "%s is free", money.Amount{Minor: max(0, free), Currency: p.Currency})
	}
	d.instruct(p, payment.Payment{
		Programme: p.ID, Payee: c.Funder, Account: c.Account, Currency: p.Currency, Purpose: payment.Withdrawal, Amount: c.Amount,
		Hold: d.hold(from, custodyKey(p, ledger.Outside, 0), c.Amount, 0),
	})
	return nil
}

// pays refuses a payment of a programme that is stopped, or whose accounts are not on record.
func (d *draft) pays(p *funding.Programme) *Rejection {
	if p.Stopped {
		return reject("programme_stopped", "programme", "programme %s is stopped: a shortfall is open", p.ID)
	}
	return d.accounted(p)
}

// wentOut books that the bank has paid out of the account in which the payment's money was set aside.
func (d *draft) wentOut(p *funding.Programme, paid *payment.Payment) {
	from := d.accounts.at(d.holds.at(paid.Hold.Number()).Transfer.Debit.Number()).Key
	d.transfer(from, custodyKey(p, ledger.Outside, 0), paid.Amount)
	switch paid.Purpose {
	case payment.OperatorsFees:
		d.book(partyKey(paid.Payee, ledger.OperatorBank, paid.Currency), partyKey(paid.Payee, ledger.OperatorAccount, paid.Currency), paid.Amount)
	case payment.Withdrawal:
		d.book(programmeKey(p, paid.Payee, ledger.FundsProvided), programmeKey(p, paid.Payee, ledger.FundsAtCustodian), paid.Amount)
	case payment.ReturnOfReceipt:
		d.returned(paid)
	}
}

// cameBack books that the bank returned what it had paid: it is where it was.
func (d *draft) cameBack(p *funding.Programme, paid *payment.Payment) {
	to := d.accounts.at(d.holds.at(paid.Hold.Number()).Transfer.Debit.Number()).Key
	switch paid.Purpose {
	case payment.OperatorsFees:
		d.book(partyKey(paid.Payee, ledger.OperatorAccount, paid.Currency), partyKey(paid.Payee, ledger.OperatorBank, paid.Currency), paid.Amount)
	case payment.Withdrawal:
		d.book(programmeKey(p, paid.Payee, ledger.FundsAtCustodian), programmeKey(p, paid.Payee, ledger.FundsProvided), paid.Amount)
	case payment.ReturnOfReceipt:
		to = d.unreturned(p, paid)
	}
	d.book(custodyKey(p, ledger.Outside, 0), to, paid.Amount)
}

// unpass moves to another account what had been kept for somebody and has to come back. What was paid on to it already is a
// shortfall that it owes, and stops the programme.
func (d *draft) unpass(p *funding.Programme, from, to ledger.Key, short ledger.Code, amount money.Minor) {
	back := min(amount, max(0, d.available(from)))
	d.transfer(from, to, back)
	if missing := money.Sub(amount, back); missing > 0 {
		d.book(custodyKey(p, short, from.Counterparty), to, missing)
		d.emit(&ProgrammeStopped{Programme: p.ID})
	}
}
