package book

import (
	"encoding/hex"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
)

func init() {
	registerCommand(func() act { return &UndertakeAsBank{} })
	registerCommand(func() act { return &ReportCollection{} })
	registerEvent(func() fact { return &BankUndertook{} })
	registerEvent(func() fact { return &AgentCollected{} })
	permitted[commandUndertakeAsBank] = party.Funder | party.Operator
	permitted[commandReportCollection] = party.Seller | party.Operator
}

// UndertakeAsBank is a bank's own undertaking to pay what the buyer has irrevocably undertaken: it becomes the first debtor. Amount to Due
// repeat the receivable's own terms, so that the signed statement says them. It stands as the buyer's does; nothing takes it back.
type UndertakeAsBank struct {
	Receivable id.Receivable  `cbor:"1,keyasint"`
	Bank       id.Party       `cbor:"2,keyasint"`
	Amount     money.Minor    `cbor:"3,keyasint"` // all that the buyer has undertaken and not paid
	Document   [32]byte       `cbor:"4,keyasint,omitzero"`
	Seller     id.Party       `cbor:"5,keyasint"`
	Buyer      id.Party       `cbor:"6,keyasint"`
	Currency   money.Currency `cbor:"7,keyasint"`
	Due        calendar.Date  `cbor:"8,keyasint"`
	Signatures []Signature    `cbor:"9,keyasint,omitempty"`
	verified
}

// Kind names the stored form.
func (*UndertakeAsBank) Kind() uint16 { return commandUndertakeAsBank }

// Statement is what the bank's signatories sign.
func (c *UndertakeAsBank) Statement() []byte {
	s := newStatement("bank undertaking", 1)
	s.line("receivable", c.Receivable)
	s.line("document", "sha256 "+hex.EncodeToString(c.Document[:]))
	s.line("bank", c.Bank)
	s.line("seller", c.Seller)
	s.line("buyer", c.Buyer)
	s.line("amount", int64(c.Amount))
	s.line("currency", c.Currency)
	s.line("due", c.Due)
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *UndertakeAsBank) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

func (c *UndertakeAsBank) decide(d *draft) *Rejection {
	c.must()
	if rejection := d.own(c.Bank, "bank"); rejection != nil {
		return rejection
	}
	if rejection := d.onboarded(c.Bank, party.Funder|party.Custodian, "bank"); rejection != nil {
		return rejection
	}
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if r.State != receivable.Open {
		return reject("receivable_state", "receivable", "receivable %s is %s", c.Receivable, r.State)
	}
	if r.Certificate != 0 {
		return reject("certificated", "receivable", "the undertaking on receivable %s travels in certificate %s", r.ID, r.Certificate)
	}
	if r.Undertaking == receivable.OfBank {
		return reject("already_confirmed", "receivable", "bank %s has undertaken to pay receivable %s", r.Bank, r.ID)
	}
	if r.Undertaking != receivable.Irrevocable {
		return reject("undertaking_missing", "receivable", "the buyer's undertaking is %s; a bank joins an irrevocable one", r.Undertaking)
	}
	if r.Financing != 0 {
		return reject("already_financed", "receivable", "receivable %s is financed already, by %s", r.ID, r.Financing)
	}
	if c.Amount != r.Undertaken() {
		return reject("amount_invalid", "amount", "the buyer has undertaken %s", money.Amount{Minor: r.Undertaken(), Currency: r.Currency})
	}
	if c.Document != r.Hash {
		return reject("document_hash_differs", "document", "the signed hash is not that of the invoice of receivable %s", r.ID)
	}
	if c.Seller != r.Seller || c.Buyer != r.Buyer || c.Currency != r.Currency || c.Due != r.Due {
		return reject("receivable_terms_differ", "", "seller, buyer, currency or due date is not that of receivable %s", r.ID)
	}
	if rejection := d.signed(c.Signatures, c.Bank, mandate.Confirm, money.Amount{Minor: c.Amount, Currency: r.Currency}); rejection != nil {
		return rejection
	}
	e := &BankUndertook{Receivable: r.ID, Bank: c.Bank}
	for i := range c.Signatures {
		e.Keys = append(e.Keys, c.Signatures[i].Key)
	}
	d.emit(e)
	return nil
}

// BankUndertook says that a bank has undertaken to pay what the buyer has undertaken.
type BankUndertook struct {
	Receivable id.Receivable   `cbor:"1,keyasint"`
	Bank       id.Party        `cbor:"2,keyasint"`
	Keys       []id.SigningKey `cbor:"3,keyasint,omitempty"` // that signed
}

// Kind names the stored form.
func (*BankUndertook) Kind() uint16 { return eventBankUndertook }

func (e *BankUndertook) fold(b *Book) {
	r := b.receivables.at(e.Receivable.Number())
	r.Undertaking, r.Bank = receivable.OfBank, e.Bank
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
}

// ReportCollection says that the buyer has paid a seller that collects as the funder's agent. The debt is paid; what the seller has to
// remit it still owes.
type ReportCollection struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Amount     money.Minor   `cbor:"2,keyasint"`
	Value      calendar.Date `cbor:"3,keyasint"` // on which the seller's bank had it
}

// Kind names the stored form.
func (*ReportCollection) Kind() uint16 { return commandReportCollection }

func (c *ReportCollection) decide(d *draft) *Rejection {
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if rejection := d.own(r.Seller, "receivable"); rejection != nil {
		return rejection
	}
	f := d.financings.at(r.Financing.Number())
	if f == nil || !f.State.PaidOut() || d.products.at(f.Product.Number()).Terms.Collector != product.CollectorSeller {
		return reject("collector_other", "receivable", "the seller does not collect receivable %s as anybody's agent", r.ID)
	}
	if c.Value <= 0 || c.Value > d.today() || !d.near(c.Value) {
		return reject("date_invalid", "value", "the value date is missing, ahead of the business date or years from it")
	}
	if c.Amount <= 0 || c.Amount > r.Outstanding() {
		return reject("exceeds_owed", "amount", "the buyer owes %s on receivable %s", money.Amount{Minor: r.Outstanding(), Currency: r.Currency}, r.ID)
	}
	bank := partyKey(r.Buyer, ledger.BuyerBank, r.Currency)
	confirmed := money.Minor(0)
	if r.Undertaking.Binds() {
		confirmed = min(c.Amount, r.Undertaken())
	}
	d.book(buyerKey(r, ledger.ConfirmedPayables), bank, confirmed)
	d.book(buyerKey(r, ledger.TradePayables), bank, money.Sub(c.Amount, confirmed))
	d.book(partyKey(r.Seller, ledger.SellerBank, r.Currency), sellerKey(r, ledger.TradeReceivables), c.Amount)
	d.emit(&AgentCollected{Receivable: r.ID, Financing: f.ID, Amount: c.Amount, Value: c.Value})
	return nil
}

// AgentCollected says that a seller has collected a receivable as the funder's agent.
type AgentCollected struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Financing  id.Financing  `cbor:"2,keyasint"`
	Amount     money.Minor   `cbor:"3,keyasint"`
	Value      calendar.Date `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*AgentCollected) Kind() uint16 { return eventAgentCollected }

func (e *AgentCollected) fold(b *Book) { b.paid(e.Receivable, e.Amount, e.Value) }

// paid adds to what a buyer has paid on a receivable.
func (b *Book) paid(of id.Receivable, amount money.Minor, value calendar.Date) {
	r := b.receivables.at(of.Number())
	r.Paid = money.Add(r.Paid, amount)
	b.closeIfPaid(r)
	b.learnPaid(r, amount, value)
	b.touched(tableReceivable, of.Number(), &r.Entry)
}
