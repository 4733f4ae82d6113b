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
	registerCommand(func() act { return &ProposeReturn{} })
	registerCommand(func() act { return &DecideReturn{} })
	registerCommand(func() act { return &RecallReceipt{} })
	registerEvent(func() fact { return &ReturnProposed{} })
	registerEvent(func() fact { return &ReturnMoved{} })
	registerEvent(func() fact { return &ReceiptSetAside{} })
	registerEvent(func() fact { return &ReceiptRecalled{} })
	permitted[commandProposeReturn] = party.Operator
	permitted[commandDecideReturn] = party.Operator
	permitted[commandRecallReceipt] = party.Operator | party.Bank
}

// ProposeReturn proposes what becomes of money that came into a programme and belongs elsewhere, or that the sender's bank asks
// back. Only what is not allocated can go, outside any waterfall. Nothing else ever moves between programmes.
type ProposeReturn struct {
	Receipt id.Receipt   `cbor:"1,keyasint"`
	Way     payment.Way  `cbor:"2,keyasint"`
	To      id.Programme `cbor:"3,keyasint,omitempty"` // to_programme: with the same custodian
	Amount  money.Minor  `cbor:"4,keyasint,omitempty"` // 0 where a recall is refused
	Line    [16]byte     `cbor:"5,keyasint"`           // evidence: token of the statement line that brought the money
	Reason  [32]byte     `cbor:"6,keyasint"`           // in the vault
	Account party.Token  `cbor:"7,keyasint,omitzero"`  // to_sender: token of the number of the sender's account
	Details [32]byte     `cbor:"8,keyasint,omitzero"`  // to_sender: that account, in the vault
}

// Kind names the stored form.
func (*ProposeReturn) Kind() uint16 { return commandProposeReturn }

func (c *ProposeReturn) decide(d *draft) *Rejection {
	r := d.receipts.at(c.Receipt.Number())
	if r == nil {
		return reject("receipt_unknown", "receipt", "there is no receipt %s", c.Receipt)
	}
	if c.Line != r.Line {
		return reject("evidence_differs", "line", "the line is not the one that brought receipt %s", r.ID)
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	if waits := d.returning[r.ID]; waits != 0 {
		return reject("return_waits", "receipt", "%s waits to be decided on", waits)
	}
	proposed := payment.Return{
		ID: id.Make[id.Return](d.shard, d.number(tableReturn, d.returns.count)), Receipt: r.ID, Programme: r.Programme, Way: c.Way, To: c.To,
		Amount: c.Amount, Line: c.Line, Reason: c.Reason, Account: c.Account, Details: c.Details, State: payment.ReturnProposed,
		Maker: d.header.Actor, Date: d.today(),
	}
	if rejection := d.returnable(&proposed, r); rejection != nil {
		return rejection
	}
	d.emit(&ReturnProposed{Return: proposed})
	return nil
}

// returnable refuses what can't be done with a receipt, when it is proposed and when it is decided on.
func (d *draft) returnable(c *payment.Return, r *payment.Receipt) *Rejection {
	if r.State == payment.Reversed || r.Funder != 0 {
		return reject("receipt_state", "receipt", "receipt %s is a deposit, or the bank took it back", r.ID)
	}
	recalled := r.Recall == payment.Recalled
	switch c.Way {
	case payment.RecallStands:
		if !recalled {
			return reject("recall_none", "receipt", "nobody asks receipt %s back", r.ID)
		}
		if c.Amount != 0 || c.To != 0 || c.Account != (party.Token{}) {
			return reject("amount_invalid", "amount", "where a recall is refused nothing is paid")
		}
		return nil
	case payment.ToProgramme:
		if recalled {
			return reject("receipt_recalled", "receipt", "the sender's bank asks receipt %s back: give it back, or refuse", r.ID)
		}
		if rejection := d.neighbour(c.To, r); rejection != nil {
			return rejection
		}
	case payment.ToSender:
		if c.Account == (party.Token{}) || c.Details == [32]byte{} {
			return reject("account_details_missing", "account", "the sender's account is missing")
		}
	default:
		return reject("way_invalid", "way", "it goes to another programme or to its sender, or a recall is refused")
	}
	if c.Amount <= 0 || c.Amount > r.Left() {
		return reject("amount_invalid", "amount", "of receipt %s there is %s left", r.ID, money.Amount{Minor: r.Left(), Currency: r.Currency})
	}
	return nil
}

// neighbour refuses a programme to which misapplied money can't go.
func (d *draft) neighbour(to id.Programme, r *payment.Receipt) *Rejection {
	p, rejection := d.live(to)
	if rejection != nil {
		return rejection
	}
	from := d.programmes.at(r.Programme.Number())
	if p.ID == from.ID || p.Custodian != from.Custodian || p.Currency != r.Currency {
		return reject("programme_other", "to", "programme %s is the same, has another custodian, or another currency", p.ID)
	}
	return nil
}

// DecideReturn is a second person's decision on a return. Approved, the money is on its way; who approves a return to the
// sender names the sender's account once more, as read from the bank's line.
type DecideReturn struct {
	Return   id.Return   `cbor:"1,keyasint"`
	Decision Decision    `cbor:"2,keyasint"`
	Account  party.Token `cbor:"3,keyasint,omitzero"`
}

// Kind names the stored form.
func (*DecideReturn) Kind() uint16 { return commandDecideReturn }

func (c *DecideReturn) decide(d *draft) *Rejection {
	t := d.returns.at(c.Return.Number())
	if t == nil {
		return reject("return_unknown", "return", "there is no return %s", c.Return)
	}
	if t.State != payment.ReturnProposed {
		return reject("return_state", "return", "return %s is %s", t.ID, t.State)
	}
	if rejection := d.second(t.Maker); rejection != nil {
		return rejection
	}
	moved := &ReturnMoved{Return: t.ID, State: payment.ReturnDeclined, Checker: d.header.Actor, Date: d.today()}
	switch c.Decision {
	case Approve:
		return d.carryReturn(c, t, moved)
	case Decline:
		d.emit(moved)
		return nil
	}
	return reject("decision_invalid", "decision", "a return is approved or declined")
}

// carryReturn examines a return again, and instructs its payment.
func (d *draft) carryReturn(c *DecideReturn, t *payment.Return, moved *ReturnMoved) *Rejection {
	r, p := d.receipts.at(t.Receipt.Number()), d.programmes.at(t.Programme.Number())
	if rejection := d.returnable(t, r); rejection != nil {
		return rejection
	}
	if t.Way == payment.RecallStands {
		moved.State = payment.ReturnDone
		d.emit(moved)
		d.emit(&ReceiptSetAside{Receipt: r.ID, State: r.State, Used: r.Used, Returning: r.Returning, Returned: r.Returned, Recall: payment.RecallRefused})
		return nil
	}
	if t.Way == payment.ToSender && c.Account != party.Token(t.Account) {
		return reject("account_differs", "account", "this is not the account that was proposed: one of the two was read wrongly")
	}
	if rejection := d.pays(p); rejection != nil {
		return rejection
	}
	recall := r.Recall
	if recall == payment.Recalled {
		recall = payment.RecallGranted
	}
	moved.State = payment.ReturnPaying
	moved.Payment = d.instruct(p, payment.Payment{
		Programme: p.ID, Amount: t.Amount, Currency: r.Currency, Purpose: payment.ReturnOfReceipt, Return: t.ID, To: t.To, Details: t.Details,
		Hold: d.hold(custodyKey(p, ledger.CollectionUnallocated, 0), custodyKey(p, ledger.Outside, 0), t.Amount, 0),
	})
	d.emit(moved)
	d.emit(&ReceiptSetAside{Receipt: r.ID, State: r.State, Used: r.Used, Returning: money.Add(r.Returning, t.Amount), Returned: r.Returned, Recall: recall})
	return nil
}

// ofReturn is the return of a payment, its receipt, and how the receipt stands, to be changed.
func (d *draft) ofReturn(paid *payment.Payment) (*payment.Return, *payment.Receipt, *ReceiptSetAside) {
	t := d.returns.at(paid.Return.Number())
	r := d.receipts.at(t.Receipt.Number())
	return t, r, &ReceiptSetAside{Receipt: r.ID, State: r.State, Used: r.Used, Returning: r.Returning, Returned: r.Returned, Recall: r.Recall}
}

// returned notes that the money of a return has left. Where the bank took the receipt itself back meanwhile, it counts as used
// since then.
func (d *draft) returned(paid *payment.Payment) {
	t, r, after := d.ofReturn(paid)
	d.emit(&ReturnMoved{Return: t.ID, State: payment.ReturnDone, Checker: t.Checker, Payment: paid.ID, Date: d.today()})
	if r.State != payment.Reversed {
		after.Used, after.Returning = money.Add(r.Used, paid.Amount), money.Sub(r.Returning, paid.Amount)
		after.State = payment.Unallocated
		if after.Used == r.Amount {
			after.State = payment.Allocated
		}
	}
	after.Returned = money.Add(r.Returned, paid.Amount)
	d.emit(after)
}

// unsent notes that the money of a return has not left: it is there as before. Where the bank took the receipt back meanwhile,
// it makes up for so much of what was short.
func (d *draft) unsent(p *funding.Programme, paid *payment.Payment) {
	t, r, after := d.ofReturn(paid)
	d.emit(&ReturnMoved{Return: t.ID, State: payment.ReturnFailed, Checker: t.Checker, Payment: paid.ID, Date: d.today()})
	if r.State == payment.Reversed {
		after.Used = money.Sub(r.Used, paid.Amount)
		d.transfer(custodyKey(p, ledger.CollectionUnallocated, 0), custodyKey(p, ledger.Shortfall, 0), paid.Amount)
	} else {
		after.Returning = money.Sub(r.Returning, paid.Amount)
	}
	if r.Recall == payment.RecallGranted {
		after.Recall = payment.Recalled
	}
	d.emit(after)
}

// unreturned notes that the money of a return came back, and gives the account to which it belongs now.
func (d *draft) unreturned(p *funding.Programme, paid *payment.Payment) ledger.Key {
	t, r, after := d.ofReturn(paid)
	d.emit(&ReturnMoved{Return: t.ID, State: payment.ReturnFailed, Checker: t.Checker, Payment: paid.ID, Date: d.today()})
	after.Used, after.Returned = money.Sub(r.Used, paid.Amount), money.Sub(r.Returned, paid.Amount)
	if r.Recall == payment.RecallGranted {
		after.Recall = payment.Recalled
	}
	to := custodyKey(p, ledger.Shortfall, 0)
	if r.State != payment.Reversed {
		after.State, to = payment.Unallocated, custodyKey(p, ledger.CollectionUnallocated, 0)
	}
	d.emit(after)
	return to
}

// RecallReceipt says that the sender's bank asks money back (ISO 20022, camt.056). What is left of it is not allocated until two
// people have decided: to give it back, or to refuse.
type RecallReceipt struct {
	Receipt id.Receipt `cbor:"1,keyasint"`
	Line    [16]byte   `cbor:"2,keyasint"` // token of the request: its natural identity
	Text    [32]byte   `cbor:"3,keyasint"` // the request, in the vault
}

// Kind names the stored form.
func (*RecallReceipt) Kind() uint16 { return commandRecallReceipt }

func (c *RecallReceipt) decide(d *draft) *Rejection {
	r := d.receipts.at(c.Receipt.Number())
	if r == nil {
		return reject("receipt_unknown", "receipt", "there is no receipt %s", c.Receipt)
	}
	if rejection := d.custodianOf(r.Programme); rejection != nil {
		return rejection
	}
	if c.Line == [16]byte{} {
		return reject("token_missing", "line", "the identity of the request is missing")
	}
	if r.State == payment.Reversed || r.Funder != 0 || r.SetOff != 0 {
		return reject("receipt_state", "receipt", "receipt %s is a deposit, a set-off, or the bank took it back", r.ID)
	}
	if r.Recall == payment.Recalled || r.RecallLine == c.Line {
		return reject("recall_known", "receipt", "receipt %s is asked back already", r.ID)
	}
	d.emit(&ReceiptRecalled{Receipt: r.ID, Line: c.Line, Text: c.Text})
	return nil
}

// recalled refuses to allocate what the sender's bank asks back.
func recalled(r *payment.Receipt) *Rejection {
	if r.Recall == payment.Recalled {
		return reject("receipt_recalled", "receipt", "the sender's bank asks receipt %s back: two people decide on that first", r.ID)
	}
	return nil
}

// ReturnProposed says that a return was proposed.
type ReturnProposed struct {
	Return payment.Return `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ReturnProposed) Kind() uint16 { return eventReturnProposed }

func (e *ReturnProposed) fold(b *Book) {
	number := e.Return.ID.Number()
	b.returns.add(number, e.Return)
	b.indexReturn(b.returns.at(number))
	b.touched(tableReturn, number, &b.returns.at(number).Entry)
}

// indexReturn: returning, from table return_of_receipt.
func (b *Book) indexReturn(t *payment.Return) {
	if t.State == payment.ReturnProposed {
		b.returning[t.Receipt] = t.ID
	}
}

// ReturnMoved says what became of a return.
type ReturnMoved struct {
	Return  id.Return           `cbor:"1,keyasint"`
	State   payment.ReturnState `cbor:"2,keyasint"`
	Checker id.Actor            `cbor:"3,keyasint"`
	Payment id.Payment          `cbor:"4,keyasint,omitempty"`
	Date    calendar.Date       `cbor:"5,keyasint"`
}

// Kind names the stored form.
func (*ReturnMoved) Kind() uint16 { return eventReturnMoved }

func (e *ReturnMoved) fold(b *Book) {
	t := b.returns.at(e.Return.Number())
	t.State, t.Checker, t.Payment, t.Date = e.State, e.Checker, e.Payment, e.Date
	delete(b.returning, t.Receipt)
	b.touched(tableReturn, e.Return.Number(), &t.Entry)
}

// ReceiptSetAside says what of a receipt is on its way out or has left by returns, and where its recall stands.
type ReceiptSetAside struct {
	Receipt   id.Receipt           `cbor:"1,keyasint"`
	State     payment.ReceiptState `cbor:"2,keyasint"`
	Used      money.Minor          `cbor:"3,keyasint"`
	Returning money.Minor          `cbor:"4,keyasint,omitempty"`
	Returned  money.Minor          `cbor:"5,keyasint,omitempty"`
	Recall    payment.Recall       `cbor:"6,keyasint,omitempty"`
}

// Kind names the stored form.
func (*ReceiptSetAside) Kind() uint16 { return eventReceiptSetAside }

func (e *ReceiptSetAside) fold(b *Book) {
	r := b.receipts.at(e.Receipt.Number())
	b.tallyReceipt(r, -1)
	r.State, r.Used, r.Returning, r.Returned, r.Recall = e.State, e.Used, e.Returning, e.Returned, e.Recall
	b.tallyReceipt(r, 1)
	b.touched(tableReceipt, e.Receipt.Number(), &r.Entry)
}

// ReceiptRecalled says that a sender's bank asks money back.
type ReceiptRecalled struct {
	Receipt id.Receipt `cbor:"1,keyasint"`
	Line    [16]byte   `cbor:"2,keyasint"`
	Text    [32]byte   `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*ReceiptRecalled) Kind() uint16 { return eventReceiptRecalled }

func (e *ReceiptRecalled) fold(b *Book) {
	r := b.receipts.at(e.Receipt.Number())
	r.Recall, r.RecallLine, r.RecallText = payment.Recalled, e.Line, e.Text
	b.touched(tableReceipt, e.Receipt.Number(), &r.Entry)
}
