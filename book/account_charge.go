package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/supervision"
)

func init() {
	registerCommand(func() act { return &RecordCharge{} })
	registerEvent(func() fact { return &ChargeRecorded{} })
	registerEvent(func() fact { return &ChargeRepeated{} })
	permitted[commandRecordCharge] = party.Operator | party.Bank
}

// RecordCharge books that a bank took money out of a supervised account without an instruction: its own charge, or nobody knows
// why. A charge is borne by what the account's owner has in it: a funder's funding, the operator's fees. All else, and whatever
// is not explained, is a named shortfall, and stops the programme's outgoing payments.
type RecordCharge struct {
	Account  supervision.Place `cbor:"1,keyasint"`
	Cause    payment.Cause     `cbor:"2,keyasint"`
	Line     [16]byte          `cbor:"3,keyasint"` // token of the line: its natural identity, for ever
	Amount   money.Minor       `cbor:"4,keyasint"` // above zero
	Currency money.Currency    `cbor:"5,keyasint"`
	Value    calendar.Date     `cbor:"6,keyasint"`
	Booking  calendar.Date     `cbor:"7,keyasint"`
	Text     [32]byte          `cbor:"8,keyasint"` // of the line, in the vault
}

// Kind names the stored form.
func (*RecordCharge) Kind() uint16 { return commandRecordCharge }

func (c *RecordCharge) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Account.Programme)
	if rejection != nil {
		return rejection
	}
	if rejection := d.custodianOf(p.ID); rejection != nil {
		return rejection
	}
	if c.Line == [16]byte{} {
		return reject("token_missing", "line", "the identity of the statement line is missing")
	}
	if !c.Account.Kind.Valid() {
		return reject("account_kind_invalid", "kind", "a supervised account is for funding, collection or fees")
	}
	if (c.Account.Kind == supervision.Funding) != (c.Account.Funder != 0) || c.Account.Funder != 0 && !d.deposits(p, c.Account.Funder) {
		return reject("funder_unknown", "funder", "a funding account is that of a funder of programme %s, and no other account is a funder's", p.ID)
	}
	if c.Cause != payment.BankCharge && c.Cause != payment.Unexplained {
		return reject("charge_cause_invalid", "cause", "it is a charge, or unexplained")
	}
	if c.Currency != p.Currency {
		return reject("currency_differs", "currency", "the programme is in %s", p.Currency)
	}
	if c.Amount <= 0 || c.Amount > money.MinorMax {
		return reject("amount_invalid", "amount", "what was taken is above zero")
	}
	if c.Value <= 0 || c.Booking <= 0 {
		return reject("date_missing", "value", "value date or booking date is missing")
	}
	if !d.near(c.Value) || !d.near(c.Booking) {
		return reject("date_invalid", "value", "value date or booking date lies years from the business date %s", d.today())
	}
	if known, found := d.chargeOf[c.Line]; found {
		d.emit(&ChargeRepeated{Charge: known})
		return nil
	}
	// Nothing refuses after this line.
	d.charge(p, c)
	return nil
}

// charge books what was taken.
func (d *draft) charge(p *funding.Programme, c *RecordCharge) {
	outside := custodyKey(p, ledger.Outside, 0)
	short := custodyKey(p, ledger.Shortfall, c.Account.Funder)
	var borne ledger.Key
	switch c.Account.Kind {
	case supervision.Funding:
		borne = fundingKey(p, c.Account.Funder)
	case supervision.Fees:
		borne, short = custodyKey(p, ledger.OperatorFees, p.Operator), custodyKey(p, ledger.FeesShortfall, p.Operator)
	}
	there := money.Minor(0)
	if borne.Code != 0 && c.Cause == payment.BankCharge {
		there = min(c.Amount, max(0, d.available(borne)))
		d.transfer(borne, outside, there)
	}
	switch c.Account.Kind {
	case supervision.Funding:
		d.book(programmeKey(p, c.Account.Funder, ledger.FundsProvided), programmeKey(p, c.Account.Funder, ledger.FundsAtCustodian), there)
	case supervision.Fees:
		d.book(partyKey(p.Operator, ledger.BankCharges, p.Currency), partyKey(p.Operator, ledger.OperatorAccount, p.Currency), c.Amount)
	}
	missing := money.Sub(c.Amount, there)
	d.book(short, outside, missing)
	d.emit(&ChargeRecorded{Charge: payment.Charge{
		ID: id.Make[id.Charge](d.shard, d.number(tableCharge, d.charges.count)), Programme: p.ID, Account: uint8(c.Account.Kind), Funder: c.Account.Funder,
		Cause: c.Cause, Line: c.Line, Amount: c.Amount, Missing: missing, Currency: c.Currency, Value: c.Value, Booking: c.Booking, Text: c.Text,
	}})
	if missing > 0 {
		d.emit(&ProgrammeStopped{Programme: p.ID})
	}
}

// ChargeRecorded says that a bank took money without an instruction.
type ChargeRecorded struct {
	Charge payment.Charge `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ChargeRecorded) Kind() uint16 { return eventChargeRecorded }

func (e *ChargeRecorded) fold(b *Book) {
	number := e.Charge.ID.Number()
	b.charges.add(number, e.Charge)
	b.indexCharge(b.charges.at(number))
	b.tallyCharge(b.charges.at(number), 1)
	b.touched(tableCharge, number, &b.charges.at(number).Entry)
}

// indexCharge: chargeOf, from table charge.
func (b *Book) indexCharge(c *payment.Charge) { b.chargeOf[c.Line] = c.ID }

// ChargeRepeated says that the line of a charge was sent again. Nothing is booked twice.
type ChargeRepeated struct {
	Charge id.Charge `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ChargeRepeated) Kind() uint16 { return eventChargeRepeated }

func (e *ChargeRepeated) fold(*Book) {}
