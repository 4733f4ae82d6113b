package book

import (
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &Confirm{} })
	registerCommand(func() act { return &ClearFindings{} })
	registerEvent(func() fact { return &ReceivableConfirmed{} })
	registerEvent(func() fact { return &FindingsCleared{} })
	permitted[commandConfirm] = party.Buyer | party.Anchor
	permitted[commandClearFindings] = party.Operator
}

// Confirm is the buyer's undertaking on a receivable, or on a part of it. Only the buyer's own actors can give it.
type Confirm struct {
	Receivable  id.Receivable          `cbor:"1,keyasint"`
	Undertaking receivable.Undertaking `cbor:"2,keyasint"`
	Amount      money.Minor            `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*Confirm) Kind() uint16 { return commandConfirm }

func (c *Confirm) decide(d *draft) *Rejection {
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if d.by() != r.Buyer {
		return reject("other_party", "receivable", "only its buyer confirms a receivable")
	}
	if r.State != receivable.Open {
		return reject("receivable_state", "receivable", "receivable %s is %s", c.Receivable, r.State)
	}
	if c.Undertaking != receivable.Soft && c.Undertaking != receivable.Irrevocable {
		return reject("undertaking_invalid", "undertaking", "a confirmation is soft or irrevocable")
	}
	if c.Undertaking <= r.Undertaking {
		return reject("already_confirmed", "undertaking", "receivable %s is confirmed already, %s for %s", c.Receivable, r.Undertaking,
			money.Amount{Minor: r.Confirmed, Currency: r.Currency})
	}
	if c.Amount <= 0 || c.Amount > r.Outstanding() {
		return reject("amount_invalid", "amount", "a confirmation is above zero and at most what is outstanding, %s",
			money.Amount{Minor: r.Outstanding(), Currency: r.Currency})
	}
	if c.Amount < min(r.Undertaken(), r.Outstanding()) {
		return reject("amount_invalid", "amount", "less than was confirmed before, %s", money.Amount{Minor: r.Undertaken(), Currency: r.Currency})
	}
	if r.Financing != 0 && c.Amount < min(d.financings.at(r.Financing.Number()).Amount, r.Outstanding()) {
		return reject("amount_invalid", "amount", "less than what is financed already")
	}
	d.emit(&ReceivableConfirmed{Receivable: c.Receivable, Undertaking: c.Undertaking, Amount: c.Amount, Actor: d.header.Actor})
	if c.Undertaking == receivable.Irrevocable {
		d.book(buyerKey(r, ledger.TradePayables), buyerKey(r, ledger.ConfirmedPayables), c.Amount)
	}
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
}

// Kind names the stored form.
func (*ReceivableConfirmed) Kind() uint16 { return eventReceivableConfirmed }

func (e *ReceivableConfirmed) fold(b *Book) {
	r := b.receivables.at(e.Receivable.Number())
	r.Undertaking, r.Confirmed, r.PaidBefore = e.Undertaking, e.Amount, r.Paid
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
	if t := b.trades.at(r.Trade.Number()); t != nil {
		t.Facts |= trade.Confirmed
		b.touched(tableTrade, r.Trade.Number(), &t.Entry)
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
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
}
