package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
)

func init() {
	registerCommand(func() act { return &RecordReceipt{} })
	registerCommand(func() act { return &ReverseReceipt{} })
	registerEvent(func() fact { return &ReceiptRecorded{} })
	registerEvent(func() fact { return &ReceiptRepeated{} })
	registerEvent(func() fact { return &ReceiptMoved{} })
	permitted[commandRecordReceipt] = party.Operator | party.Bank
	permitted[commandReverseReceipt] = party.Operator | party.Bank
}

// RecordReceipt books a line of the bank's statement: money came into a supervised account.
type RecordReceipt struct {
	Programme id.Programme   `cbor:"1,keyasint"`
	Funder    id.Party       `cbor:"2,keyasint"` // into the funding account of this funder; 0: into the collection account
	Line      [16]byte       `cbor:"3,keyasint"` // token of the line: its natural identity, for ever
	Amount    money.Minor    `cbor:"4,keyasint"`
	Currency  money.Currency `cbor:"5,keyasint"`
	Value     calendar.Date  `cbor:"6,keyasint"`
	Booking   calendar.Date  `cbor:"7,keyasint"`
	Text      [32]byte       `cbor:"8,keyasint"` // payer and remittance text, in the vault

	Payer    [16]byte `cbor:"121,keyasint,omitzero"` // token of the number of the payer's account; zero for none
	EndToEnd [16]byte `cbor:"122,keyasint,omitzero"` // token of the end-to-end identification; zero for none
}

// Kind names the stored form.
func (*RecordReceipt) Kind() uint16 { return commandRecordReceipt }

func (c *RecordReceipt) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if rejection := d.custodianOf(c.Programme); rejection != nil {
		return rejection
	}
	if c.Line == [16]byte{} {
		return reject("token_missing", "line", "the identity of the statement line is missing")
	}
	if c.Currency != p.Currency {
		return reject("currency_differs", "currency", "the programme is in %s", p.Currency)
	}
	if c.Amount <= 0 || c.Amount > money.MinorMax {
		return reject("amount_invalid", "amount", "a receipt is above zero")
	}
	if c.Value <= 0 || c.Booking <= 0 {
		return reject("date_missing", "value", "value date or booking date is missing")
	}
	if !d.near(c.Value) || !d.near(c.Booking) {
		return reject("date_invalid", "value", "value date or booking date lies years from the business date %s", d.today())
	}
	if c.Funder != 0 && !d.deposits(p, c.Funder) {
		return reject("funder_unknown", "funder", "%s is not a funder of programme %s", c.Funder, p.ID)
	}
	if known, found := d.receiptOf[c.Line]; found {
		d.emit(&ReceiptRepeated{Receipt: known})
		return nil
	}
	r := payment.Receipt{
		ID: id.Make[id.Receipt](d.shard, d.number(tableReceipt, d.receipts.count)), Programme: c.Programme, Funder: c.Funder, Line: c.Line,
		Amount: c.Amount, Text: c.Text, Value: c.Value, Booking: c.Booking, Currency: c.Currency, State: payment.Unallocated,
		Payer: c.Payer, EndToEnd: c.EndToEnd,
	}
	outside := custodyKey(p, ledger.Outside, 0)
	if c.Funder != 0 {
		r.Used, r.State = r.Amount, payment.Allocated
		d.book(outside, fundingKey(p, c.Funder), c.Amount)
		d.book(programmeKey(p, c.Funder, ledger.FundsAtCustodian), programmeKey(p, c.Funder, ledger.FundsProvided), c.Amount)
	} else {
		d.book(outside, custodyKey(p, ledger.CollectionUnallocated, 0), c.Amount)
	}
	d.emit(&ReceiptRecorded{Receipt: r})
	return nil
}

func funds(p *funding.Programme, funder id.Party) bool {
	for _, f := range p.Funders {
		if f.Party == funder {
			return true
		}
	}
	return false
}

// programmeKey is an account in a funder's books for one programme.
func programmeKey(p *funding.Programme, entity id.Party, code ledger.Code) ledger.Key {
	return ledger.Key{Entity: entity, Programme: p.ID, Code: code, Currency: p.Currency}
}

// ReverseReceipt books that the bank took money back. Financings that had got it are reckoned anew, as far as they have kept
// their receivables. What had been passed on is a named shortfall, and stops the programme's outgoing payments.
type ReverseReceipt struct {
	Receipt id.Receipt `cbor:"1,keyasint"`
	Line    [16]byte   `cbor:"2,keyasint"` // token of the line that reverses

	Value calendar.Date `cbor:"3,keyasint,omitempty"` // from when the money is gone, not before it came; 0: the business date
}

// Kind names the stored form.
func (*ReverseReceipt) Kind() uint16 { return commandReverseReceipt }

func (c *ReverseReceipt) decide(d *draft) *Rejection {
	r := d.receipts.at(c.Receipt.Number())
	if r == nil {
		return reject("receipt_unknown", "receipt", "there is no receipt %s", c.Receipt)
	}
	if rejection := d.custodianOf(r.Programme); rejection != nil {
		return rejection
	}
	if r.State == payment.Reversed || r.SetOff != 0 {
		return reject("receipt_state", "receipt", "receipt %s is reversed already, or no bank has brought it", c.Receipt)
	}
	if c.Line == [16]byte{} {
		return reject("token_missing", "line", "the identity of the statement line is missing")
	}
	value := max(r.Value, d.today())
	if c.Value != 0 {
		if value = c.Value; value < r.Value || !d.near(value) {
			return reject("date_invalid", "value", "money that came on %s is gone from that day on at the earliest, and not years from now", r.Value)
		}
	}
	p := d.programmes.at(r.Programme.Number())
	undone := d.undo(r, value)
	from, left := custodyKey(p, ledger.CollectionUnallocated, 0), money.Add(r.Left(), undone)
	if r.Funder != 0 {
		from = fundingKey(p, r.Funder)
		left = min(r.Amount, max(0, d.available(from)))
	}
	outside := custodyKey(p, ledger.Outside, 0)
	d.book(from, outside, left)
	if r.Funder != 0 {
		d.book(programmeKey(p, r.Funder, ledger.FundsProvided), programmeKey(p, r.Funder, ledger.FundsAtCustodian), left)
	}
	moved := &ReceiptMoved{Receipt: r.ID, State: payment.Reversed, Used: money.Sub(r.Used, undone)}
	if d.quietly(receivedAt(r)) {
		moved.Back = value
	}
	d.emit(moved)
	d.reversedAside(r, money.Sub(r.Used, undone))
	d.unsettle(r)
	if missing := money.Sub(r.Amount, left); missing > 0 {
		d.book(custodyKey(p, ledger.Shortfall, r.Funder), outside, missing)
		d.emit(&ProgrammeStopped{Programme: p.ID})
	}
	return nil
}

// ReceiptRecorded says that money came in.
type ReceiptRecorded struct {
	Receipt payment.Receipt `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ReceiptRecorded) Kind() uint16 { return eventReceiptRecorded }

func (e *ReceiptRecorded) fold(b *Book) {
	number := e.Receipt.ID.Number()
	b.receipts.add(number, e.Receipt)
	b.receiptOf[e.Receipt.Line] = e.Receipt.ID
	b.tallyReceipt(b.receipts.at(number), 1)
	b.touched(tableReceipt, number, &b.receipts.at(number).Entry)
}

// ReceiptRepeated says that a statement line was sent again. Nothing is booked twice.
type ReceiptRepeated struct {
	Receipt id.Receipt `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ReceiptRepeated) Kind() uint16 { return eventReceiptRepeated }

func (e *ReceiptRepeated) fold(*Book) {}

// ReceiptMoved says how much of a receipt is allocated, or that it is reversed.
type ReceiptMoved struct {
	Receipt id.Receipt           `cbor:"1,keyasint"`
	State   payment.ReceiptState `cbor:"2,keyasint"`
	Used    money.Minor          `cbor:"3,keyasint"`

	Back calendar.Date `cbor:"560,keyasint,omitempty"` // on which the bank took it back, where a statement of that day is expected only if the account moved
}

// Kind names the stored form.
func (*ReceiptMoved) Kind() uint16 { return eventReceiptMoved }

func (e *ReceiptMoved) fold(b *Book) {
	r := b.receipts.at(e.Receipt.Number())
	b.tallyReceipt(r, -1)
	r.State, r.Used = e.State, e.Used
	if e.Back != 0 {
		r.Back = e.Back
	}
	b.tallyReceipt(r, 1)
	b.touched(tableReceipt, e.Receipt.Number(), &r.Entry)
}
