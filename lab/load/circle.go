package load

import (
	"encoding/binary"
	"fmt"
	"sync/atomic"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

// Circle is a world in which certificates go from seller to seller: the anchor and every seller have a signatory who signs
// every act alone.
type Circle struct {
	*World
	Transferable id.Programme
	Issuer       Signatory
	Holders      []Signatory // by seller
	Lender       Signatory
	submit       Submit
	debts        atomic.Uint64
}

// NewCircle builds one of so many sellers in an empty book, with a programme whose certificates go through tiers hands under
// a law.
func NewCircle(submit Submit, sellers int, tiers uint8, law certificate.Law) (*Circle, error) {
	return NewCircleOn(Opening, submit, sellers, tiers, law)
}

// NewCircleOn builds one that begins on a business date.
func NewCircleOn(opening calendar.Date, submit Submit, sellers int, tiers uint8, law certificate.Law) (*Circle, error) {
	w, err := NewWorldOn(submit, sellers, opening)
	if err != nil {
		return nil, err
	}
	return w.Circle(submit, tiers, law)
}

// Circle adds signatories and the programme of certificates to a world.
func (w *World) Circle(submit Submit, tiers uint8, law certificate.Law) (*Circle, error) {
	c := &Circle{World: w, submit: submit}
	b := &builder{submit: submit}
	c.Issuer, c.Lender = w.signs(b, w.Anchor, w.Buyer, "issuer"), w.signs(b, w.Funder, w.FunderActor, "lender")
	for i, seller := range w.Sellers {
		c.Holders = append(c.Holders, w.signs(b, seller, w.SellerActors[i], seller.String()))
	}
	terms := product.PayablesFinance(uint16(trade.Invoiced))
	terms.TenorDaysMax = 366
	c.Transferable = w.programme(b, terms, func(p *book.ProposeProgramme) {
		p.TiersMax, p.Law = tiers, law
	})
	return c, b.err
}

func (c *Circle) give(actor id.Actor, command book.Command) ([]book.Event, error) {
	events, err := c.submit(actor, "", command)
	if err != nil {
		return nil, fmt.Errorf("%T: %w", command, err)
	}
	return events, nil
}

// Debt makes a debt of one party to a seller, with order, receipt and invoice.
func (c *Circle) Debt(creditor int, debtor string, amount money.Minor, due calendar.Date) (id.Receivable, error) {
	return c.DebtBetween(SellerName(creditor), debtor, amount, due)
}

// DebtBetween makes one between parties by their names.
func (c *Circle) DebtBetween(creditor, debtor string, amount money.Minor, due calendar.Date) (id.Receivable, error) {
	number := c.debts.Add(1)
	for _, of := range []trade.Type{trade.Order, trade.ReceiptAdvice, trade.Invoice} {
		events, err := c.give(c.Maker, c.document(number, of, creditor, debtor, amount, due))
		if err != nil {
			return 0, err
		}
		if opened := find[*book.ReceivableOpened](events); opened != nil {
			return opened.Receivable.ID, nil
		}
	}
	return 0, fmt.Errorf("no receivable was opened for debt %d", number)
}

func (c *Circle) document(n uint64, of trade.Type, creditor, debtor string, amount money.Minor, due calendar.Date) *book.RecordDocument {
	token := func(what string) [16]byte {
		return Token(string(binary.BigEndian.AppendUint64([]byte("circle "+what), n)))
	}
	number := fmt.Sprintf("c-%s-%d", of, n)
	made := &book.RecordDocument{
		Document: trade.Document{
			Type: of, Number: number, Issued: c.Today, Currency: c.Currency, OrderNumber: fmt.Sprintf("c-order-%d", n),
			Seller: []trade.Token{Token("party " + creditor)}, Buyer: []trade.Token{Token("party " + debtor)},
			Lines: []trade.Line{{Number: "1", OrderLine: "1", Item: token("item"), Quantity: 1_000_000, Unit: "C62", Amount: amount}},
		},
		Number: token(of.String()), Order: token("order"), Content: token("content " + of.String()), Channel: "load", Stored: reference(number),
	}
	if of == trade.Order {
		made.Number = token("order")
	}
	if of == trade.Invoice {
		made.Document.TypeCode, made.Document.Due = "380", due
		made.Document.Totals = trade.Totals{LineExtension: amount, TaxExclusive: amount, TaxInclusive: amount, Payable: amount}
		made.Lines = token("lines")
	}
	return made
}

// Issue issues a certificate of the anchor to a seller on a new debt, and gives its first holding.
func (c *Circle) Issue(payee int, amount money.Minor, due calendar.Date) (*book.CertificateIssued, error) {
	r, err := c.Debt(payee, "anchor", amount, due)
	if err != nil {
		return nil, err
	}
	return c.IssueOn(r, payee, amount, due)
}

// IssueOn has the issuer undertake a debt irrevocably and issues a certificate on it.
func (c *Circle) IssueOn(r id.Receivable, payee int, amount money.Minor, due calendar.Date) (*book.CertificateIssued, error) {
	if err := c.Undertake(r, payee, amount, due); err != nil {
		return nil, err
	}
	events, err := c.give(c.Buyer, c.Issuing(r, amount, due))
	return find[*book.CertificateIssued](events), err
}

// Undertake has the issuer confirm a debt to a seller irrevocably.
func (c *Circle) Undertake(r id.Receivable, payee int, amount money.Minor, due calendar.Date) error {
	owed := receivable.Receivable{ID: r, Seller: c.Sellers[payee], Buyer: c.Anchor, Currency: c.Currency, Due: due}
	confirm := Confirmation(&owed, receivable.Irrevocable, amount)
	confirm.Signatures = []book.Signature{c.Issuer.Sign(confirm.Statement())}
	_, err := c.give(c.Buyer, confirm)
	return err
}

// Issuing is the issuer's signed command.
func (c *Circle) Issuing(r id.Receivable, amount money.Minor, due calendar.Date) *book.IssueCertificate {
	issue := &book.IssueCertificate{Receivable: r, Programme: c.Transferable, Amount: amount, Currency: c.Currency, Due: due}
	issue.Signatures = []book.Signature{c.Issuer.Sign(issue.Statement())}
	return issue
}

// Moves is a list of moves, signed.
func Moves(by *Signatory, party id.Party, moves ...book.Move) *book.MoveHoldings {
	c := &book.MoveHoldings{Party: party, Moves: moves}
	c.Signatures = []book.Signature{by.Sign(c.Statement())}
	return c
}

// Standing accepts in advance what a seller is offered.
func (c *Circle) Standing(seller int, until calendar.Date) *book.SetStanding {
	s := &book.SetStanding{Party: c.Sellers[seller], Programme: c.Transferable, Until: until}
	s.Signatures = []book.Signature{c.Holders[seller].Sign(s.Statement())}
	return s
}

// Acceptance is a holder's signed acceptance of a quote on its holding.
func Acceptance(by *Signatory, f *funding.Financing) *book.AcceptQuote {
	c := &book.AcceptQuote{Financing: f.ID, Holding: f.Holding, Amount: f.Amount, Net: f.Net}
	c.Signatures = []book.Signature{by.Sign(c.Statement())}
	return c
}

// Cancellation ends a certificate by the word of some holders.
func (c *Circle) Cancellation(k id.Certificate, outstanding money.Minor, sellers ...int) *book.CancelCertificate {
	command := &book.CancelCertificate{Certificate: k, Outstanding: outstanding}
	for _, seller := range sellers {
		command.Consents = append(command.Consents, book.Consent{
			Party: c.Sellers[seller], Signatures: []book.Signature{c.Holders[seller].Sign(command.Statement())},
		})
	}
	return command
}
