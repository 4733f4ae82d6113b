package book

import (
	"millrace/domain/calendar"
	"millrace/domain/duplicate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &ImportReceivable{} })
	registerCommand(func() act { return &ImportFinancing{} })
	registerCommand(func() act { return &ImportBalance{} })
	registerCommand(func() act { return &FinishImport{} })
	registerEvent(func() fact { return &ImportFinished{} })
	permitted[commandImportReceivable] = party.Operator
	permitted[commandImportFinancing] = party.Operator
	permitted[commandImportBalance] = party.Operator
	permitted[commandFinishImport] = party.Operator
}

// openingChannel is the channel of documents that came with an imported portfolio.
const openingChannel = "opening"

func migrationKey(entity id.Party, currency money.Currency) ledger.Key {
	return ledger.Key{Entity: entity, Code: ledger.Migration, Currency: currency}
}

// ImportReceivable takes over an open receivable of an existing portfolio, against the migration accounts of seller and
// buyer. Its evidence is claimed: the same invoice can't come in a second time.
type ImportReceivable struct {
	Seller      id.Party               `cbor:"1,keyasint"`
	Buyer       id.Party               `cbor:"2,keyasint"`
	NumberText  string                 `cbor:"3,keyasint"`
	Number      trade.Token            `cbor:"4,keyasint"` // of type invoice and number, as a document's would be
	Face        money.Minor            `cbor:"5,keyasint"`
	Paid        money.Minor            `cbor:"6,keyasint"`
	Confirmed   money.Minor            `cbor:"7,keyasint"`
	Undertaking receivable.Undertaking `cbor:"8,keyasint"`
	Issued      calendar.Date          `cbor:"9,keyasint"`
	Due         calendar.Date          `cbor:"10,keyasint"`
	Currency    money.Currency         `cbor:"11,keyasint"`
}

// Kind names the stored form.
func (*ImportReceivable) Kind() uint16 { return commandImportReceivable }

func (c *ImportReceivable) decide(d *draft) *Rejection {
	for _, p := range []id.Party{c.Seller, c.Buyer} {
		if d.parties.at(p.Number()) == nil {
			return reject("party_unknown", "seller", "there is no party %s", p)
		}
	}
	if !c.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if c.Face <= 0 || c.Face > money.MinorMax || c.Paid < 0 || c.Paid >= c.Face {
		return reject("amount_invalid", "face", "the face is above zero and what is paid is less")
	}
	if c.Undertaking > receivable.Irrevocable || (c.Undertaking == receivable.NoUndertaking) != (c.Confirmed == 0) || c.Confirmed < 0 || c.Confirmed > c.Face {
		return reject("undertaking_invalid", "undertaking", "an undertaking has an amount of at most the face")
	}
	if c.Undertaking == receivable.Irrevocable && c.Paid > c.Confirmed {
		return reject("amount_invalid", "paid", "more is paid than was confirmed")
	}
	if c.Issued <= 0 || c.Due < c.Issued {
		return reject("date_invalid", "due", "issue date or due date is missing or they are in the wrong order")
	}
	if c.NumberText == "" || c.Number.IsZero() {
		return reject("number_invalid", "number", "the invoice's number is missing")
	}
	key := identity(c.Seller, c.Buyer, c.Number)
	if was, seen := d.identities.get(key); seen && unpackIdentity(was).kept {
		return reject("already_known", "number", "invoice %s between these two is in the book already", c.NumberText)
	}
	document := id.Make[id.Document](d.shard, d.documents+1)
	row := Document{
		ID: document, Type: trade.Invoice, Number: c.NumberText, Seller: c.Seller, Buyer: c.Buyer, Issued: c.Issued, Due: c.Due,
		Currency: c.Currency, Payable: c.Face, Identity: key, Channel: openingChannel, Sender: d.header.Actor, At: d.header.At,
	}
	claim := claimOf(&row)
	row.Match = d.claims.Check(&claim, duplicate.Setting{})
	if row.Match.Kind == duplicate.Exact {
		return reject("already_known", "number", "invoice %s between these two is in the book already: %s", c.NumberText, d.why(&row, row.Match))
	}
	if code := findingOf(row.Match); code != "" {
		row.Findings = []trade.Finding{{Code: code, Detail: d.why(&row, row.Match)}}
	}
	d.emit(&DocumentRecorded{Document: row})
	r := receivable.Receivable{
		ID: id.Make[id.Receivable](d.shard, d.number(tableReceivable, d.receivables.count)), Document: document, Seller: c.Seller,
		Buyer: c.Buyer, Face: c.Face, Paid: c.Paid, Confirmed: c.Confirmed, Undertaking: c.Undertaking, Issued: c.Issued, Due: c.Due,
		Currency: c.Currency, State: receivable.Open, Findings: uint64(trade.SetOf(row.Findings)),
	}
	d.emit(&ReceivableOpened{Receivable: r, Identity: key})
	d.book(sellerKey(&r, ledger.TradeReceivables), migrationKey(c.Seller, c.Currency), r.Outstanding())
	confirmed := money.Minor(0)
	if c.Undertaking == receivable.Irrevocable {
		confirmed = money.Sub(c.Confirmed, c.Paid)
	}
	d.book(migrationKey(c.Buyer, c.Currency), buyerKey(&r, ledger.ConfirmedPayables), confirmed)
	d.book(migrationKey(c.Buyer, c.Currency), buyerKey(&r, ledger.TradePayables), money.Sub(r.Outstanding(), confirmed))
	return nil
}

// ImportFinancing takes over a financing that is out, against the migration accounts of funder and seller.
type ImportFinancing struct {
	Receivable id.Receivable  `cbor:"1,keyasint"`
	Programme  id.Programme   `cbor:"2,keyasint"`
	Funder     id.Party       `cbor:"3,keyasint"`
	Payee      id.BankAccount `cbor:"4,keyasint"`
	Amount     money.Minor    `cbor:"5,keyasint"`
	Principal  money.Minor    `cbor:"6,keyasint"`
	Repaid     money.Minor    `cbor:"7,keyasint"`
	Discount   money.Minor    `cbor:"8,keyasint"`
	Earned     money.Minor    `cbor:"9,keyasint"`
	Fee        money.Minor    `cbor:"10,keyasint"`
	Rate       money.Rate     `cbor:"11,keyasint"`
	Value      calendar.Date  `cbor:"12,keyasint"` // of the disbursement
	Due        calendar.Date  `cbor:"13,keyasint"`
}

// Kind names the stored form.
func (*ImportFinancing) Kind() uint16 { return commandImportFinancing }

func (c *ImportFinancing) decide(d *draft) *Rejection {
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if r.Financing != 0 {
		return reject("already_financed", "receivable", "receivable %s is financed already, by %s: one financing per evidence", r.ID, r.Financing)
	}
	if rejection := d.notHeld(r, "receivable"); rejection != nil {
		return rejection
	}
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if p.Anchor != r.Buyer || p.Currency != r.Currency {
		return reject("programme_other_buyer", "programme", "programme %s is for receivables on %s in %s", p.ID, p.Anchor, p.Currency)
	}
	if !funds(p, c.Funder) {
		return reject("funder_unknown", "funder", "%s is not a funder of programme %s", c.Funder, p.ID)
	}
	if rejection := d.payable(c.Payee, r.Seller, r.Currency); rejection != nil {
		return rejection
	}
	if c.Amount <= 0 || c.Amount > r.Outstanding() || c.Principal <= 0 || c.Principal > c.Amount || c.Repaid < 0 || c.Repaid >= c.Principal {
		return reject("amount_invalid", "principal", "amount, principal and what is repaid don't fit one another")
	}
	if c.Discount < 0 || c.Earned < 0 || c.Earned > c.Discount || c.Fee < 0 || money.Add(c.Discount, c.Fee) >= c.Principal {
		return reject("amount_invalid", "discount", "discount, fee and what is earned don't fit the principal")
	}
	if c.Value <= 0 || c.Due <= c.Value || c.Value > d.today() || !d.near(c.Value) || !d.near(c.Due) {
		return reject("date_invalid", "value", "value date or due date is missing or wrong")
	}
	f := funding.Financing{
		ID: id.Make[id.Financing](d.shard, d.number(tableFinancing, d.financings.count)), Receivable: r.ID, Programme: p.ID, Product: p.Product,
		Funder: c.Funder, Seller: r.Seller, Buyer: r.Buyer, Payee: c.Payee, Amount: c.Amount, Principal: c.Principal, Discount: c.Discount,
		Fee: c.Fee, Net: money.Sub(money.Sub(c.Principal, c.Discount), c.Fee), Repaid: c.Repaid, Earned: c.Earned, Rate: c.Rate,
		Maker: d.header.Actor, Due: c.Due, Value: c.Value, InterestFrom: c.Value, Currency: r.Currency, State: funding.Outstanding,
	}
	if c.Due < d.today() {
		f.State = funding.Overdue
	}
	d.locate(&f)
	if rejection := d.takeOver(&f); rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	d.emit(&FinancingOpened{Financing: f})
	d.emit(&LimitMoved{Limits: d.usedLimits(&f), Used: f.Exposure(), Repaid: f.Repaid})
	d.book(d.claimKey(&f), migrationKey(f.Funder, f.Currency), f.Exposure())
	d.book(migrationKey(f.Funder, f.Currency), funderKey(&f, ledger.UnearnedDiscount), money.Sub(f.Discount, f.Earned))
	d.book(migrationKey(f.Seller, f.Currency), d.financedKey(&f), f.Exposure())
	return nil
}

// takeOver refuses a financing that has a limit missing, which would later fall by what it never rose by, or that takes
// the programme's use beyond every bound. How much is left under the limits does not matter: the money is out.
func (d *draft) takeOver(f *funding.Financing) *Rejection {
	for _, key := range d.limitKeys(f) {
		if _, found := d.limitOf[key]; !found {
			return reject("limit_missing", "programme", "there is no %s limit%s", key.Kind, ofParty(key.Party))
		}
	}
	if d.inUse[useKey{f.Programme, 0}] > money.MinorMax-f.Exposure() {
		return reject("amount_invalid", "principal", "the programme's use would be too large")
	}
	return nil
}

// ImportBalance takes over the balance of one account that no imported record implies, against its entity's migration
// account.
type ImportBalance struct {
	Key    ledger.Key  `cbor:"1,keyasint"`
	Amount money.Minor `cbor:"2,keyasint"` // above zero, on the side on which the account grows
}

// Kind names the stored form.
func (*ImportBalance) Kind() uint16 { return commandImportBalance }

func (c *ImportBalance) decide(d *draft) *Rejection {
	if !c.Key.Code.Known() || c.Key.Code >= ledger.Migration || c.Key.Code.Digital() || c.Key.Asset != 0 {
		return reject("account_code", "code", "no balance can be imported for this account")
	}
	if d.parties.at(c.Key.Entity.Number()) == nil {
		return reject("party_unknown", "entity", "there is no party %s", c.Key.Entity)
	}
	if c.Key.Counterparty != 0 && d.parties.at(c.Key.Counterparty.Number()) == nil {
		return reject("party_unknown", "counterparty", "there is no party %s", c.Key.Counterparty)
	}
	if c.Key.Programme != 0 && d.programmes.at(c.Key.Programme.Number()) == nil {
		return reject("programme_unknown", "programme", "there is no programme %s", c.Key.Programme)
	}
	if !c.Key.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if c.Amount <= 0 || c.Amount > money.MinorMax {
		return reject("amount_invalid", "amount", "a balance is above zero, on the side on which the account grows")
	}
	against := migrationKey(c.Key.Entity, c.Key.Currency)
	if c.Key.Code.Side() == ledger.Debit {
		d.book(c.Key, against, c.Amount)
	} else {
		d.book(against, c.Key, c.Amount)
	}
	return nil
}

// FinishImport says that the portfolio is complete: every migration account stands at zero.
type FinishImport struct{}

// Kind names the stored form.
func (*FinishImport) Kind() uint16 { return commandFinishImport }

func (c *FinishImport) decide(d *draft) *Rejection {
	for _, account := range d.migrations {
		a := d.accounts.at(account.Number())
		if balance := a.Balance(); balance != 0 {
			return reject("migration_not_zero", "", "the migration account of %s stands at %s: records and balances don't agree",
				a.Key.Entity, money.Amount{Minor: balance, Currency: a.Key.Currency})
		}
	}
	d.emit(&ImportFinished{})
	return nil
}

// ImportFinished says that a portfolio was taken over whole.
type ImportFinished struct{}

// Kind names the stored form.
func (*ImportFinished) Kind() uint16 { return eventImportFinished }

func (e *ImportFinished) fold(*Book) {}
