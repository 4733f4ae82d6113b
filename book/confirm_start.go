package book

import (
	"crypto/sha256"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

func init() {
	registerCommand(func() act { return &StartConfirmation{} })
	registerCommand(func() act { return &CompleteConfirmation{} })
	registerCommand(func() act { return &DropConfirmation{} })
	registerEvent(func() fact { return &ConfirmationStarted{} })
	registerEvent(func() fact { return &ConfirmationEnded{} })
	permitted[commandStartConfirmation] = party.Buyer | party.Anchor | party.Operator
	permitted[commandCompleteConfirmation] = party.Buyer | party.Anchor | party.Operator
	permitted[commandDropConfirmation] = party.Buyer | party.Anchor | party.Operator
	tables[tableConfirmation] = held("confirmation", func(b *Book) *shelf[receivable.Confirmation] { return &b.begun },
		[]Column{ind("receivable", Integer), ind("state", Text)},
		func(r *receivable.Confirmation) []any { return []any{int64(r.Receivable), r.State.String()} })
}

// ConfirmationDaysMax is the most days for which a confirmation waits for its second signatory.
const ConfirmationDaysMax = 90

// StartConfirmation is the first of two signatories, at its own desk. Confirm carries the one signature.
type StartConfirmation struct {
	Confirm Confirm `cbor:"1,keyasint"`
	Days    uint32  `cbor:"2,keyasint"` // for which it waits for the second one; 1 to ConfirmationDaysMax
}

// Kind names the stored form.
func (*StartConfirmation) Kind() uint16 { return commandStartConfirmation }

// Statement is that of the confirmation: both signatories sign the same.
func (c *StartConfirmation) Statement() []byte { return c.Confirm.Statement() }

// Verify compares the signature with the statement.
func (c *StartConfirmation) Verify() *Rejection { return c.Confirm.Verify() }

func (c *StartConfirmation) decide(d *draft) *Rejection {
	r, rejection := c.Confirm.receivable(d)
	if rejection != nil {
		return rejection
	}
	if c.Days < 1 || c.Days > ConfirmationDaysMax {
		return reject("days_invalid", "days", "a confirmation waits for 1 to %d days", ConfirmationDaysMax)
	}
	if len(c.Confirm.Signatures) > 1 {
		return reject("signatures_too_many", "signatures", "a confirmation is started with one signature; with two it is given at once")
	}
	switch rejection := c.Confirm.signedFor(d, r); {
	case rejection == nil:
		return reject("second_signature_needless", "signatures", "the mandate of this signatory is enough: give the confirmation itself")
	case rejection.Code != secondMissing:
		return rejection
	}
	if started, found := d.startedFor[r.ID]; found {
		was := d.begun.at(started.Number())
		if was.Fits(r) && was.Expires >= d.today() {
			return reject("confirmation_started", "receivable", "confirmation %s of receivable %s waits already: complete it or drop it", started, r.ID)
		}
		d.emit(&ConfirmationEnded{Confirmation: started, Receivable: r.ID, State: receivable.Replaced})
	}
	first := &c.Confirm.Signatures[0]
	number := d.number(tableConfirmation, d.begun.count)
	d.emit(&ConfirmationStarted{Confirmation: receivable.Confirmation{
		ID: id.Make[id.Confirmation](d.shard, number), Receivable: r.ID, Undertaking: c.Confirm.Undertaking, Amount: c.Confirm.Amount,
		Statement: sha256.Sum256(c.Statement()), Key: first.Key, Public: first.Public, Signature: first.Bytes,
		Outstanding: r.Outstanding(), Disputed: r.Disputed, Given: r.Undertaking, Confirmed: r.Confirmed,
		Expires: d.today().AddDays(int(c.Days)), State: receivable.Started, Maker: d.header.Actor,
	}})
	return nil
}

// CompleteConfirmation is the second of two signatories. Confirm repeats what the first one has signed, and carries the
// second signature alone.
type CompleteConfirmation struct {
	Confirmation id.Confirmation `cbor:"1,keyasint"`
	Confirm      Confirm         `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*CompleteConfirmation) Kind() uint16 { return commandCompleteConfirmation }

// Statement is that of the confirmation.
func (c *CompleteConfirmation) Statement() []byte { return c.Confirm.Statement() }

// Verify compares the signature with the statement.
func (c *CompleteConfirmation) Verify() *Rejection { return c.Confirm.Verify() }

func (c *CompleteConfirmation) decide(d *draft) *Rejection {
	started, rejection := d.started(c.Confirmation)
	if rejection != nil {
		return rejection
	}
	if started.Expires < d.today() {
		return reject("confirmation_expired", "confirmation", "confirmation %s waited until %s: start it again", started.ID, started.Expires)
	}
	r := d.receivables.at(started.Receivable.Number())
	if !started.Fits(r) {
		return reject("receivable_changed", "confirmation", "receivable %s has changed since the first signature: start it again", r.ID)
	}
	if sha256.Sum256(c.Statement()) != started.Statement {
		return reject("statement_differs", "confirmation", "this is not what the first signatory has signed")
	}
	whole := c.Confirm
	first := Signature{Key: started.Key, Public: started.Public, Bytes: started.Signature} // verified when it came in
	whole.Signatures = append([]Signature{first}, c.Confirm.Signatures...)
	if _, rejection := whole.receivable(d); rejection != nil {
		return rejection
	}
	if rejection := whole.signedFor(d, r); rejection != nil {
		return rejection
	}
	d.emit(&ConfirmationEnded{Confirmation: started.ID, Receivable: r.ID, State: receivable.Completed, Checker: d.header.Actor})
	whole.give(d, r, started.ID)
	return nil
}

// started finds a confirmation that waits for its second signatory, of the actor's own party.
func (d *draft) started(wanted id.Confirmation) (*receivable.Confirmation, *Rejection) {
	c := d.begun.at(wanted.Number())
	if c == nil {
		return nil, reject("confirmation_unknown", "confirmation", "there is no started confirmation %s", wanted)
	}
	if rejection := d.own(d.receivables.at(c.Receivable.Number()).Buyer, "confirmation"); rejection != nil {
		return nil, rejection
	}
	if c.State != receivable.Started {
		return nil, reject("confirmation_state", "confirmation", "confirmation %s is %s", wanted, c.State)
	}
	return c, nil
}

// DropConfirmation ends a confirmation that has one of its two signatures.
type DropConfirmation struct {
	Confirmation id.Confirmation `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DropConfirmation) Kind() uint16 { return commandDropConfirmation }

func (c *DropConfirmation) decide(d *draft) *Rejection {
	started, rejection := d.started(c.Confirmation)
	if rejection != nil {
		return rejection
	}
	d.emit(&ConfirmationEnded{Confirmation: started.ID, Receivable: started.Receivable, State: receivable.Dropped, Checker: d.header.Actor})
	return nil
}

// ConfirmationStarted says that the first of two signatories has signed.
type ConfirmationStarted struct {
	Confirmation receivable.Confirmation `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ConfirmationStarted) Kind() uint16 { return eventConfirmationStarted }

func (e *ConfirmationStarted) fold(b *Book) {
	number := e.Confirmation.ID.Number()
	b.begun.add(number, e.Confirmation)
	b.indexConfirmation(b.begun.at(number))
	b.touched(tableConfirmation, number, &b.begun.at(number).Entry)
}

// ConfirmationEnded says what became of a started confirmation.
type ConfirmationEnded struct {
	Confirmation id.Confirmation              `cbor:"1,keyasint"`
	Receivable   id.Receivable                `cbor:"2,keyasint"`
	State        receivable.ConfirmationState `cbor:"3,keyasint"`
	Checker      id.Actor                     `cbor:"4,keyasint,omitempty"`
}

// Kind names the stored form.
func (*ConfirmationEnded) Kind() uint16 { return eventConfirmationEnded }

func (e *ConfirmationEnded) fold(b *Book) {
	c := b.begun.at(e.Confirmation.Number())
	c.State, c.Checker = e.State, e.Checker
	delete(b.startedFor, e.Receivable)
	b.touched(tableConfirmation, e.Confirmation.Number(), &c.Entry)
}

// indexConfirmation: startedFor, from table confirmation.
func (b *Book) indexConfirmation(c *receivable.Confirmation) {
	if c.State == receivable.Started {
		b.startedFor[c.Receivable] = c.ID
	}
}
