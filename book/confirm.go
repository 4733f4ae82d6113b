package book

import (
	"encoding/hex"
	"fmt"

	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &Confirm{} })
	registerCommand(func() act { return &ClearFindings{} })
	registerCommand(func() act { return &WithdrawConfirmation{} })
	registerEvent(func() fact { return &ReceivableConfirmed{} })
	registerEvent(func() fact { return &FindingsCleared{} })
	registerEvent(func() fact { return &ConfirmationWithdrawn{} })
	permitted[commandConfirm] = party.Buyer | party.Anchor | party.Operator
	permitted[commandClearFindings] = party.Operator
	permitted[commandWithdrawConfirmation] = party.Buyer | party.Anchor
}

// Confirm is the buyer's undertaking on a receivable, or on a part of it. An irrevocable one takes signatures under the
// buyer's mandates, and so does whatever the operator relays; the buyer's own people may give a soft one without. Document
// to Due repeat the receivable's own terms, so that the signed statement says them; without a signature they may be left
// out. Amount is what is undertaken of what is still outstanding: a later confirmation takes the place of an earlier one
// and is for more.
type Confirm struct {
	Receivable  id.Receivable          `cbor:"1,keyasint"`
	Undertaking receivable.Undertaking `cbor:"2,keyasint"`
	Amount      money.Minor            `cbor:"3,keyasint"`
	Document    [32]byte               `cbor:"4,keyasint,omitzero"` // SHA-256 of the invoice's exact bytes; zero for one imported without
	Seller      id.Party               `cbor:"5,keyasint,omitempty"`
	Buyer       id.Party               `cbor:"6,keyasint,omitempty"`
	Currency    money.Currency         `cbor:"7,keyasint,omitempty"`
	Due         calendar.Date          `cbor:"8,keyasint,omitempty"`
	Channel     mandate.Channel        `cbor:"9,keyasint,omitempty"`
	Signatures  []Signature            `cbor:"10,keyasint,omitempty"`
	verified
}

// Kind names the stored form.
func (*Confirm) Kind() uint16 { return commandConfirm }

// Statement is what the signatories sign.
func (c *Confirm) Statement() []byte {
	s := newStatement("confirmation", 1)
	s.line("receivable", c.Receivable)
	document := "none"
	if c.Document != [32]byte{} {
		document = "sha256 " + hex.EncodeToString(c.Document[:])
	}
	s.line("document", document)
	s.line("seller", c.Seller)
	s.line("buyer", c.Buyer)
	s.line("undertaking", c.Undertaking)
	s.line("amount", int64(c.Amount))
	s.line("currency", c.Currency)
	s.line("due", c.Due)
	if c.Undertaking == receivable.Irrevocable {
		hash := receivable.Waiver.Hash()
		s.line("waiver", fmt.Sprintf("%s %d sha256 %s", receivable.Waiver.Name, receivable.Waiver.Version, hex.EncodeToString(hash[:])))
	}
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *Confirm) Verify() *Rejection {
	if c.Undertaking > receivable.Irrevocable { // has no name, and so no statement
		return reject("undertaking_invalid", "undertaking", "a confirmation is soft or irrevocable")
	}
	return c.verify(c.Statement(), c.Signatures...)
}

func (c *Confirm) decide(d *draft) *Rejection {
	r, rejection := c.receivable(d)
	if rejection != nil {
		return rejection
	}
	if len(c.Signatures) > 0 || c.Undertaking == receivable.Irrevocable || d.isOperator() {
		if rejection := c.signedFor(d, r); rejection != nil {
			return rejection
		}
	}
	c.give(d, r, 0)
	return nil
}

// receivable finds what is to be confirmed, and refuses what no signature could cure.
func (c *Confirm) receivable(d *draft) (*receivable.Receivable, *Rejection) {
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return nil, reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if d.by() != r.Buyer && (!d.isOperator() || len(c.Signatures) == 0) {
		return nil, reject("other_party", "receivable", "only its buyer confirms a receivable; the operator relays what the buyer has signed")
	}
	if r.State != receivable.Open {
		return nil, reject("receivable_state", "receivable", "receivable %s is %s", c.Receivable, r.State)
	}
	if c.Undertaking != receivable.Soft && c.Undertaking != receivable.Irrevocable {
		return nil, reject("undertaking_invalid", "undertaking", "a confirmation is soft or irrevocable")
	}
	if r.Certificate != 0 {
		return nil, reject("certificated", "receivable", "the undertaking on receivable %s travels in certificate %s", r.ID, r.Certificate)
	}
	if rejection := d.notHeld(r, "receivable"); rejection != nil {
		return nil, rejection
	}
	if c.Undertaking < r.Undertaking || c.Undertaking == r.Undertaking && c.Amount <= r.Undertaken() {
		return nil, reject("already_confirmed", "undertaking", "receivable %s is confirmed already, %s for %s", c.Receivable, r.Undertaking,
			money.Amount{Minor: r.Confirmed, Currency: r.Currency})
	}
	if c.Amount <= 0 || c.Amount > r.Outstanding() {
		return nil, reject("amount_invalid", "amount", "a confirmation is above zero and at most what is outstanding, %s",
			money.Amount{Minor: r.Outstanding(), Currency: r.Currency})
	}
	if c.Amount < min(r.Undertaken(), r.Outstanding()) {
		return nil, reject("amount_invalid", "amount", "less than was confirmed before, %s", money.Amount{Minor: r.Undertaken(), Currency: r.Currency})
	}
	if r.Financing != 0 && c.Amount < min(d.financedOf(r), r.Outstanding()) {
		return nil, reject("amount_invalid", "amount", "less than what is financed already")
	}
	return r, nil
}

// signedFor asks whether the signatures bind the buyer to this, by a channel that is not the seller's.
func (c *Confirm) signedFor(d *draft, r *receivable.Receivable) *Rejection {
	c.must()
	if rejection := c.fits(d, r); rejection != nil {
		return rejection
	}
	return d.signed(c.Signatures, r.Buyer, mandate.Confirm, money.Amount{Minor: c.Amount, Currency: r.Currency})
}

// fits compares what was signed with the receivable, and who brings it with the channel.
func (c *Confirm) fits(d *draft, r *receivable.Receivable) *Rejection {
	if c.Channel < mandate.API || c.Channel > mandate.File || (c.Channel == mandate.File) != d.isOperator() {
		return reject("channel_invalid", "channel", "the operator relays a signed file; the buyer's own actor gives it by API or console")
	}
	if c.Document != r.Hash {
		return reject("document_hash_differs", "document", "the signed hash is not that of the invoice of receivable %s", r.ID)
	}
	if c.Seller != r.Seller || c.Buyer != r.Buyer || c.Currency != r.Currency || c.Due != r.Due {
		return reject("receivable_terms_differ", "", "seller, buyer, currency or due date is not that of receivable %s", r.ID)
	}
	for i := range c.Signatures {
		key := d.signingKeys.at(c.Signatures[i].Key.Number())
		if key != nil && key.Registrar != r.Buyer && d.groupOf(key.Registrar) == d.groupOf(r.Seller) {
			return reject("channel_of_seller", "signatures", "key %s was brought by the seller or its group: it confirms none of its claims", key.ID)
		}
	}
	return nil
}

// give writes the undertaking, which may complete a started one. Nothing refuses here.
func (c *Confirm) give(d *draft, r *receivable.Receivable, completes id.Confirmation) {
	e := &ReceivableConfirmed{
		Receivable: c.Receivable, Undertaking: c.Undertaking, Amount: c.Amount, Actor: d.header.Actor, Channel: c.Channel,
	}
	for i := range c.Signatures {
		e.Keys = append(e.Keys, c.Signatures[i].Key)
	}
	if started, found := d.startedFor[r.ID]; found && started != completes {
		d.emit(&ConfirmationEnded{Confirmation: started, Receivable: r.ID, State: receivable.Replaced})
	}
	d.emit(e)
	after := *r
	after.Undertaking, after.Confirmed, after.PaidBefore = c.Undertaking, c.Amount, r.Paid
	if c.Undertaking == receivable.Irrevocable {
		before := money.Minor(0)
		if r.Undertaking.Binds() {
			before = r.Undertaken()
		}
		d.book(buyerKey(r, ledger.TradePayables), buyerKey(r, ledger.ConfirmedPayables), money.Sub(c.Amount, before))
	}
	d.coverAgain(r, &after)
}

// WithdrawConfirmation takes a soft undertaking back. An irrevocable one stands.
type WithdrawConfirmation struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Reason     [32]byte      `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*WithdrawConfirmation) Kind() uint16 { return commandWithdrawConfirmation }

func (c *WithdrawConfirmation) decide(d *draft) *Rejection {
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if d.by() != r.Buyer {
		return reject("other_party", "receivable", "only its buyer takes back what it has confirmed")
	}
	if r.Undertaking.Binds() {
		return reject("undertaking_irrevocable", "receivable", "receivable %s is confirmed irrevocably: that is never withdrawn", r.ID)
	}
	if r.Undertaking == receivable.NoUndertaking {
		return reject("not_confirmed", "receivable", "receivable %s is not confirmed", r.ID)
	}
	if rejection := d.notHeld(r, "receivable"); rejection != nil {
		return rejection
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	d.emit(&ConfirmationWithdrawn{Receivable: r.ID, Reason: c.Reason})
	return nil
}

// ClearFindings says that a person has looked at what is wrong with an invoice, and why it may be financed all the same.
type ClearFindings struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Codes      []string      `cbor:"2,keyasint"`
	Reason     [32]byte      `cbor:"3,keyasint"` // in the vault

	Rules []string `cbor:"10,keyasint,omitempty"` // of EN 16931, that the invoice breaks
}

// Kind names the stored form.
func (*ClearFindings) Kind() uint16 { return commandClearFindings }

func (c *ClearFindings) decide(d *draft) *Rejection {
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why the findings may be cleared")
	}
	var set trade.FindingSet
	for _, code := range c.Codes {
		if !trade.Known(code) || trade.FindingSet(r.Findings)&trade.BitOf(code) == 0 {
			return reject("finding_unknown", "codes", "receivable %s has no finding %q", c.Receivable, code)
		}
		set |= trade.BitOf(code)
	}
	rules, rejection := d.clearable(r, c.Rules)
	if rejection != nil {
		return rejection
	}
	if set == 0 && len(rules) == 0 {
		return reject("finding_unknown", "codes", "no finding or rule is named")
	}
	if set != 0 {
		d.emit(&FindingsCleared{Receivable: c.Receivable, Findings: set, Reason: c.Reason})
	}
	if len(rules) > 0 {
		d.emit(&RulesCleared{Receivable: c.Receivable, Rules: rules, Reason: c.Reason})
	}
	return nil
}

// ReceivableConfirmed says what the buyer has undertaken.
type ReceivableConfirmed struct {
	Receivable  id.Receivable          `cbor:"1,keyasint"`
	Undertaking receivable.Undertaking `cbor:"2,keyasint"`
	Amount      money.Minor            `cbor:"3,keyasint"`
	Actor       id.Actor               `cbor:"4,keyasint"`
	Channel     mandate.Channel        `cbor:"5,keyasint,omitempty"`
	Keys        []id.SigningKey        `cbor:"6,keyasint,omitempty"` // that have signed; none under a soft one without a signature
}

// Kind names the stored form.
func (*ReceivableConfirmed) Kind() uint16 { return eventReceivableConfirmed }

func (e *ReceivableConfirmed) fold(b *Book) {
	r := b.receivables.at(e.Receivable.Number())
	first := r.Undertaking == receivable.NoUndertaking
	r.Undertaking, r.Confirmed, r.PaidBefore, r.Signatures = e.Undertaking, e.Amount, r.Paid, uint8(len(e.Keys))
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
	b.countDeal(billing.Confirmation, r.Seller, r.Buyer, money.Amount{Minor: e.Amount, Currency: r.Currency}, b.country(r.Buyer))
	b.stir(r)
	b.learnOf(r, feature.Confirmed, e.Amount)
	if t := b.standing(r.Trade); t != nil {
		t.Facts |= trade.Confirmed
		if first {
			t.Undertakings++
		}
		b.touched(tableTrade, t.ID.Number(), &t.Entry)
	}
}

// ConfirmationWithdrawn says that the buyer has taken a soft undertaking back.
type ConfirmationWithdrawn struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Reason     [32]byte      `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ConfirmationWithdrawn) Kind() uint16 { return eventConfirmationWithdrawn }

func (e *ConfirmationWithdrawn) fold(b *Book) {
	r := b.receivables.at(e.Receivable.Number())
	b.unconfirm(r)
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
}

// unconfirm ends an undertaking of which nothing was paid.
func (b *Book) unconfirm(r *receivable.Receivable) {
	r.Undertaking, r.Confirmed, r.PaidBefore, r.Signatures = receivable.NoUndertaking, 0, 0, 0
	if t := b.standing(r.Trade); t != nil {
		if t.Undertakings--; t.Undertakings == 0 {
			t.Facts &^= trade.Confirmed
		}
		b.touched(tableTrade, t.ID.Number(), &t.Entry)
	}
}

// FindingsCleared says that findings no longer stand against a receivable.
type FindingsCleared struct {
	Receivable id.Receivable    `cbor:"1,keyasint"`
	Findings   trade.FindingSet `cbor:"2,keyasint"`
	Reason     [32]byte         `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*FindingsCleared) Kind() uint16 { return eventFindingsCleared }

func (e *FindingsCleared) fold(b *Book) {
	r := b.receivables.at(e.Receivable.Number())
	r.Findings &^= uint64(e.Findings)
	b.believe(r)
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
	b.stir(r)
}
