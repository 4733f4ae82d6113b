// Package load makes worlds and lives for tests and benchmarks: the same commands that people give, made by the thousand.
package load

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

// Submit gives a command and returns its events.
type Submit func(actor id.Actor, key string, c book.Command) ([]book.Event, error)

// Step is one command of a list, and who gives it.
type Step struct {
	Actor   id.Actor
	Command book.Command
}

// World is who takes part and under which terms: an operator with two people, an anchor, its custodian, one funder and a
// number of sellers, and one programme of each product.
type World struct {
	Operator, Anchor, Custodian, Funder id.Party
	Sellers                             []id.Party
	Maker, Checker                      id.Actor // of the operator
	Buyer, FunderActor, Bank            id.Actor
	SellerActors                        []id.Actor
	Accounts                            []id.BankAccount // of the sellers, verified
	Payables, Discounting               id.Programme
	Currency                            money.Currency
	Today                               calendar.Date
	Signatories                         []Signatory // of the anchor; the first signs alone

	Signers   map[id.Party]Signatory // who signs every act of a party alone
	Templates map[legal.Kind]id.Template
}

// Opening is the business date on which worlds begin.
var Opening = mustDate(2026, 9, 1)

func mustDate(year, month, day int) calendar.Date {
	d, ok := calendar.Of(year, month, day)
	if !ok {
		panic("load: no such date")
	}
	return d
}

// Token makes a token of a text; worlds have no vault and need no secret.
func Token(text string) [16]byte {
	sum := sha256.Sum256([]byte(text))
	return [16]byte(sum[:16])
}

func reference(text string) [32]byte { return sha256.Sum256([]byte("reference " + text)) }

// builder gives commands one after another and stops at the first that fails.
type builder struct {
	submit Submit
	err    error
}

func (b *builder) give(actor id.Actor, c book.Command) []book.Event {
	if b.err != nil {
		return nil
	}
	events, err := b.submit(actor, "", c)
	if err != nil {
		b.err = fmt.Errorf("%T: %w", c, err)
	}
	return events
}

// find gives the first event of type E.
func find[E book.Event](events []book.Event) E {
	var none E
	for _, e := range events {
		if found, ok := e.(E); ok {
			return found
		}
	}
	return none
}

func (b *builder) party(actor id.Actor, name string, roles party.Role) id.Party {
	e := find[*book.PartyRegistered](b.give(actor, &book.RegisterParty{
		Roles: roles, Country: "DE", Profile: reference(name), Tokens: []party.Token{party.Token(Token("party " + name))},
	}))
	if e == nil {
		return 0
	}
	return e.Party.ID
}

func (b *builder) actor(actor id.Actor, p id.Party, role party.Role) id.Actor {
	e := find[*book.ActorRegistered](b.give(actor, &book.RegisterActor{Party: p, Role: role, Profile: reference("actor")}))
	if e == nil {
		return 0
	}
	return e.Actor.ID
}

// NewWorld builds a world of so many sellers (1 to 10,000) in an empty book.
func NewWorld(submit Submit, sellers int) (*World, error) {
	return NewWorldOn(submit, sellers, Opening)
}

// NewWorldOn is NewWorld on another first business date.
func NewWorldOn(submit Submit, sellers int, first calendar.Date) (*World, error) {
	b := &builder{submit: submit}
	w := &World{Today: first}
	w.Currency, _ = money.ParseCurrency("EUR")
	b.give(0, &book.Found{Operator: reference("operator"), Country: "DE", Tokens: []party.Token{party.Token(Token("party operator"))}, Actor: reference("maker"), Date: first})
	w.Operator, w.Maker = id.Make[id.Party](1, 1), id.Make[id.Actor](1, 1)
	w.Checker = b.actor(w.Maker, w.Operator, party.Operator)
	w.Anchor = b.party(w.Maker, "anchor", party.Anchor|party.Buyer)
	w.Custodian = b.party(w.Maker, "custodian", party.Custodian)
	w.Funder = b.party(w.Maker, "funder", party.Funder)
	w.Buyer = b.actor(w.Maker, w.Anchor, party.Buyer)
	w.Bank = b.actor(w.Maker, w.Custodian, party.Bank)
	w.FunderActor = b.actor(w.Maker, w.Funder, party.Funder)
	for i := range sellers {
		w.addSeller(b, i)
	}
	const evidence = uint16(trade.Ordered | trade.Received | trade.Invoiced | trade.Confirmed)
	w.Payables = w.programme(b, product.PayablesFinance(evidence))
	w.Discounting = w.programme(b, product.ReceivablesDiscounting(evidence))
	w.review(b, w.Anchor)
	w.signatories(b)
	w.grounds(b)
	if b.err != nil {
		return nil, b.err
	}
	return w, nil
}

func (w *World) addSeller(b *builder, i int) {
	name := SellerName(i)
	seller := b.party(w.Maker, name, party.Seller)
	w.Sellers = append(w.Sellers, seller)
	w.SellerActors = append(w.SellerActors, b.actor(w.Maker, seller, party.Seller))
	account := find[*book.BankAccountProposed](b.give(w.Maker, &book.ProposeBankAccount{
		Party: seller, Currency: w.Currency, Token: party.Token(Token("account " + name)), Details: reference("account " + name),
	}))
	if account == nil {
		return
	}
	b.give(w.Checker, &book.VerifyBankAccount{Account: account.Account.ID})
	w.Accounts = append(w.Accounts, account.Account.ID)
	w.review(b, seller)
}

// SellerName is the text of which a seller's token is made.
func SellerName(i int) string { return fmt.Sprintf("seller %d", i) }

func (w *World) review(b *builder, p id.Party) {
	e := find[*book.ReviewProposed](b.give(w.Maker, &book.ProposeReview{Party: p, Grade: 2, Until: w.Today.AddDays(360), File: reference("review")}))
	if e != nil {
		b.give(w.Checker, &book.ApproveReview{Review: e.Review.ID})
	}
}

func (w *World) programme(b *builder, terms product.Terms, changes ...func(p *book.ProposeProgramme)) id.Programme {
	proposed := find[*book.ProductProposed](b.give(w.Maker, &book.ProposeProduct{Terms: terms}))
	if proposed == nil {
		return 0
	}
	b.give(w.Checker, &book.ApproveProduct{Product: proposed.Product.ID})
	c := &book.ProposeProgramme{
		Product: proposed.Product.ID, Anchor: w.Anchor, Custodian: w.Custodian, Currency: w.Currency, Calendar: calendar.Target,
		Funders: []funding.Funder{{Party: w.Funder, Priority: 1, Rate: 48_000}}, ReferAbove: 250_000_00, ApproveAbove: 100_000_00,
	}
	for _, change := range changes {
		change(c)
	}
	opened := find[*book.ProgrammeProposed](b.give(w.Maker, c))
	if opened == nil {
		return 0
	}
	p := opened.Programme.ID
	b.give(w.Checker, &book.ApproveProgramme{Programme: p})
	const bound = 1_000_000_000_000_00
	w.limit(b, credit.LimitKey{Kind: credit.BuyerLimit, Programme: p, Party: w.Anchor, Currency: w.Currency}, bound)
	w.limit(b, credit.LimitKey{Kind: credit.ProgrammeLimit, Programme: p, Currency: w.Currency}, bound)
	w.limit(b, credit.LimitKey{Kind: credit.FunderLimit, Programme: p, Party: w.Funder, Currency: w.Currency}, bound)
	if terms.SellerLimit {
		for _, seller := range w.Sellers {
			w.limit(b, credit.LimitKey{Kind: credit.SellerLimit, Programme: p, Party: seller, Currency: w.Currency}, bound)
		}
	}
	b.give(w.Bank, &book.RecordReceipt{
		Programme: p, Funder: w.Funder, Line: Token("deposit " + p.String()), Amount: bound, Currency: w.Currency, Value: w.Today, Booking: w.Today,
	})
	return p
}

func (w *World) limit(b *builder, key credit.LimitKey, amount money.Minor) {
	e := find[*book.LimitProposed](b.give(w.Maker, &book.ProposeLimit{Key: key, Amount: amount, Expires: w.Today.AddDays(360)}))
	if e != nil {
		b.give(w.Checker, &book.ApproveLimit{Limit: e.Limit.ID})
	}
}

// Life is one deal of a world, from order to close, given as separately answered commands: four documents, confirm, quote,
// accept, disburse, bank confirms, buyer pays, allocate, close.
type Life struct {
	World      *World
	Number     uint64
	Seller     int
	Amount     money.Minor
	Due        calendar.Date
	Discount   bool // receivables discounting instead of payables finance
	receivable id.Receivable
	financing  id.Financing
	payment    id.Payment
	receipt    id.Receipt
}

// Steps is the number of commands of a life; Documents of them are documents and Live come before the quote.
const (
	Steps     = 12
	Documents = 4
	Live      = 5
)

// NewLife gives the n-th life of a world: amounts, sellers and tenors vary with n.
func (w *World) NewLife(n uint64) Life {
	return Life{
		World: w, Number: n, Seller: int(n % uint64(len(w.Sellers))), Amount: money.Minor(1_000_00 + n*7919%90_000_00),
		Due: w.Today.AddDays(30 + int(n%60)),
	}
}

// Step gives the i-th command (0 to Steps-1).
func (l *Life) Step(i int) Step {
	w := l.World
	seller := w.SellerActors[l.Seller]
	programme := w.Payables
	if l.Discount {
		programme = w.Discounting
	}
	switch i {
	case 0, 1, 2, 3:
		return Step{w.Maker, l.document([...]trade.Type{trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice, trade.Invoice}[i])}
	case 4:
		return Step{w.Buyer, l.confirmation()}
	case 5:
		return Step{seller, &book.RequestQuote{Receivable: l.receivable, Programme: programme, Payee: w.Accounts[l.Seller]}}
	case 6:
		return Step{seller, &book.AcceptQuote{Financing: l.financing}}
	case 7:
		return Step{w.Maker, &book.Disburse{Financing: l.financing}}
	case 8:
		return Step{w.Bank, &book.RecordOutcome{Payment: l.payment, State: 4, Bank: l.token("bank"), Value: w.Today}}
	case 9:
		return Step{w.Bank, &book.RecordReceipt{
			Programme: programme, Line: l.token("line"), Amount: l.Amount, Currency: w.Currency, Value: l.Due, Booking: l.Due, Text: reference("text"),
		}}
	case 10:
		return Step{w.Maker, &book.Allocate{Receipt: l.receipt, Receivable: l.receivable, Amount: l.Amount, Payer: book.ByBuyer}}
	default:
		return Step{w.Maker, &book.CloseFinancing{Financing: l.financing}}
	}
}

// Answered takes over what later steps need to know.
func (l *Life) Answered(events []book.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case *book.ReceivableOpened:
			l.receivable = e.Receivable.ID
		case *book.FinancingOpened:
			l.financing = e.Financing.ID
		case *book.PaymentOpened:
			l.payment = e.Payment.ID
		case *book.ReceiptRecorded:
			l.receipt = e.Receipt.ID
		}
	}
}

func (l *Life) token(what string) [16]byte {
	var buffer [40]byte
	text := append(append(buffer[:0], what...), ' ')
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(text, l.Number))
	return [16]byte(sum[:16])
}

// hash stands for that of a document's bytes.
func (l *Life) hash(of trade.Type) [32]byte {
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte(of.String()), l.Number))
}

// confirmation is the anchor's irrevocable undertaking on all of it, signed by its first signatory.
func (l *Life) confirmation() *book.Confirm {
	w := l.World
	return w.Signed(&book.Confirm{
		Receivable: l.receivable, Undertaking: receivable.Irrevocable, Amount: l.Amount, Document: l.hash(trade.Invoice), Seller: w.Sellers[l.Seller],
		Buyer: w.Anchor, Currency: w.Currency, Due: l.Due, Channel: mandate.API,
	}, 0)
}

func (l *Life) document(of trade.Type) *book.RecordDocument {
	w := l.World
	number := fmt.Sprintf("%s-%d", of, l.Number)
	c := &book.RecordDocument{
		Document: trade.Document{
			Type: of, Number: number, Issued: w.Today, Currency: w.Currency, OrderNumber: fmt.Sprintf("order-%d", l.Number),
			Seller: []trade.Token{trade.Token(Token("party " + SellerName(l.Seller)))}, Buyer: []trade.Token{trade.Token(Token("party anchor"))},
			Lines: []trade.Line{{Number: "1", OrderLine: "1", Item: l.token("item"), Quantity: 10_000_000, Unit: "C62", Amount: l.Amount}},
		},
		Number: l.token(of.String()), Order: l.token("order"), Content: l.token("content " + of.String()), Channel: "load",
		Stored: reference(number), Hash: l.hash(of),
	}
	if of == trade.Invoice {
		c.Document.TypeCode, c.Document.Due = "380", l.Due
		c.Document.Totals = trade.Totals{LineExtension: l.Amount, TaxExclusive: l.Amount, TaxInclusive: l.Amount, Payable: l.Amount}
		c.Lines = l.token("lines")
	}
	return c
}
