package redteam

import (
	"errors"
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/rule"
	"millrace/domain/trade"
	"millrace/edge/view"
	"millrace/lab/load"
	"millrace/lab/paper"
)

// deal is one order of a buyer with a seller.
type deal struct {
	seller, buyer *firm
	order         string
	wares         []ware
}

// claim is one invoice, and the receivable that it has opened.
type claim struct {
	deal
	sheet      *sheet
	receivable receivable.Receivable // its ID is 0 where none was opened
	findings   []string
	repeats    bool // the intake took it for one that was there
}

// agreed is a deal with a new order number.
func (l *lab) agreed(seller, buyer *firm, wares []ware) deal {
	l.serial++
	return deal{seller, buyer, fmt.Sprintf("PO-%s-%05d", buyer.vat[len(buyer.vat)-4:], 30_000+l.serial), wares}
}

// sheet is a document of the deal, of today.
func (l *lab) sheet(d *deal, kind trade.Type, wares []ware) *sheet {
	s := &sheet{kind: kind, order: d.order, issued: l.Today, seller: d.seller, buyer: d.buyer, wares: wares}
	switch kind {
	case trade.Order:
		s.number, s.order = d.order, ""
	case trade.Invoice:
		s.number, s.due = d.seller.number(), l.Today.AddDays(45)
	case trade.CreditNote:
		s.number = d.seller.number()
	default:
		l.serial++
		s.number = fmt.Sprintf("%s-%06d", paper.Roots[kind][:1], l.serial)
	}
	return s
}

// papers records an order, and a despatch advice and a receipt for all of it, as far as they are asked for.
func (l *lab) papers(d *deal, kinds ...trade.Type) error {
	for _, kind := range kinds {
		if _, err := l.send(l.sheet(d, kind, d.wares)); err != nil {
			return err
		}
	}
	return nil
}

// bill records an invoice of a deal. A refusal to record it is an error.
func (l *lab) bill(d *deal, s *sheet) (*claim, error) {
	c := &claim{deal: *d, sheet: s}
	events, err := l.send(s)
	if err != nil {
		return c, err
	}
	for _, e := range events {
		switch e := e.(type) {
		case *book.ReceivableOpened:
			c.receivable = e.Receivable
		case *book.DuplicateFound:
			c.findings, c.repeats = append(c.findings, trade.FindingDuplicate), true
		case *book.DocumentRecorded:
			c.repeats = c.repeats || e.Document.Repeats
			for _, f := range e.Document.Findings {
				if !slices.Contains(c.findings, f.Code) {
					c.findings = append(c.findings, f.Code)
				}
			}
		}
	}
	return c, nil
}

// confirm is the buyer's irrevocable undertaking on all of a claim, signed by its own signatory.
func (l *lab) confirm(c *claim) error {
	confirmation := load.Confirmation(&c.receivable, receivable.Irrevocable, c.receivable.Face)
	confirmation.Signatures = []book.Signature{c.buyer.signer.Sign(confirmation.Statement())}
	_, err := l.submit(c.buyer.actor, confirmation)
	return err
}

// stop is what ended an attempt.
type stop struct {
	Command string   `json:"command,omitempty"` // at which it ended; "" where money has left
	Kind    string   `json:"kind"`              // rejected, refused, referred or paid
	Codes   []string `json:"codes,omitempty"`   // of the rejection, or of the rules that fired, in their order
}

// The kinds of a stop.
const (
	wasRejected = "rejected" // by the command: nothing is on record but the attempt's refusal
	wasRefused  = "refused"  // by a rule: the declined financing is on record
	wasReferred = "referred" // to a person of the funder
	wasPaid     = "paid"
)

// rejected takes an error apart: what a rejection says, or the error itself.
func rejected(c book.Command, err error) (stop, error) {
	var rejection *book.Rejection
	if errors.As(err, &rejection) {
		return stop{view.CommandName(c), wasRejected, []string{rejection.Code}}, nil
	}
	return stop{}, err
}

// used is what became of one use of credit.
type used struct {
	stop
	financing funding.Financing
	paid      money.Minor
}

// use asks for a quote and carries it as far as the book lets it. What is referred is decided as given: 0 leaves it.
func (l *lab) use(seller *firm, quote book.Command, decision book.Decision) (used, error) {
	u := used{}
	events, err := l.submit(seller.actor, quote)
	if err != nil {
		u.stop, err = rejected(quote, err)
		return u, err
	}
	opened, found := find[*book.FinancingOpened](events)
	if !found {
		return u, fmt.Errorf("%s has opened no financing", view.CommandName(quote))
	}
	u.financing = opened.Financing
	u.Command, u.Codes = view.CommandName(quote), codes(opened.Financing.Outcomes)
	switch opened.Financing.State {
	case funding.Declined:
		u.Kind = wasRefused
		return u, nil
	case funding.Referred:
		u.Kind = wasReferred
		if decision == 0 {
			return u, nil
		}
		decided, err := l.submit(l.actorOf(opened.Financing.Funder), &book.DecideReferral{Financing: opened.Financing.ID, Decision: decision, Reason: reference("decided")})
		if err != nil || decision == book.Decline {
			return u, err
		}
		told, found := find[*book.ReferralDecided](decided)
		if !found {
			return u, nil // waits for a second person
		}
		u.financing = told.Financing
	}
	return u, l.payOut(seller, &u)
}

func codes(outcomes []rule.Outcome) []string {
	var names []string
	for _, o := range outcomes {
		names = append(names, o.Rule)
	}
	return names
}

func (l *lab) actorOf(funder id.Party) id.Actor {
	for _, f := range l.funders {
		if f.id == funder {
			return f.actor
		}
	}
	return 0
}

// payOut accepts a quote and has it paid.
func (l *lab) payOut(seller *firm, u *used) error {
	referred := u.Kind == wasReferred
	var instructed *book.PaymentOpened
	for _, step := range []struct {
		by id.Actor
		c  book.Command
	}{{seller.actor, &book.AcceptQuote{Financing: u.financing.ID}}, {l.Maker, &book.Disburse{Financing: u.financing.ID}}} {
		events, err := l.submit(step.by, step.c)
		if err != nil {
			s, err := rejected(step.c, err)
			if !referred {
				u.stop = s
			}
			return err
		}
		if e, found := find[*book.PaymentOpened](events); found {
			instructed = e
		}
	}
	if instructed != nil { // else all of it repaid what was lent before
		if _, err := l.submit(l.Bank, &book.RecordOutcome{Payment: instructed.Payment.ID, State: payment.Executed, Bank: load.Token("bank " + instructed.Payment.ID.String()), Value: l.Today}); err != nil {
			return err
		}
		u.paid = instructed.Payment.Amount
	}
	if !referred {
		u.Command, u.Kind = "", wasPaid
	}
	return nil
}

// settle brings in what the buyer of a claim pays, and closes what it repays.
func (l *lab) settle(c *claim, p id.Programme, amount money.Minor, financing id.Financing) error {
	l.serial++
	events, err := l.submit(l.Bank, &book.RecordReceipt{
		Programme: p, Line: load.Token(fmt.Sprint("line ", l.serial)), Amount: amount, Currency: l.Currency, Value: l.Today, Booking: l.Today, Text: reference("text"),
	})
	if err != nil {
		return err
	}
	receipt, _ := find[*book.ReceiptRecorded](events)
	if _, err := l.submit(l.Maker, &book.Allocate{Receipt: receipt.Receipt.ID, Receivable: c.receivable.ID, Amount: amount, Payer: book.ByBuyer}); err != nil {
		return err
	}
	if financing == 0 {
		return nil
	}
	_, err = l.submit(l.Maker, &book.CloseFinancing{Financing: financing})
	var rejection *book.Rejection
	if errors.As(err, &rejection) {
		return nil // late interest is still owed: the rest is worked off elsewhere
	}
	return err
}

// repaid has the borrower of a loan pay it back with interest after a month.
func (l *lab) repaid(f *funding.Financing) {
	const days = 30
	l.at(l.day+days, func() error {
		l.serial++
		amount := f.Principal + money.MulDiv(f.Principal, int64(f.Rate)*days, 360*int64(money.RateOne))
		events, err := l.submit(l.Bank, &book.RecordReceipt{
			Programme: f.Programme, Line: load.Token(fmt.Sprint("line ", l.serial)), Amount: amount, Currency: l.Currency, Value: l.Today, Booking: l.Today, Text: reference("text"),
		})
		if err != nil {
			return err
		}
		receipt, _ := find[*book.ReceiptRecorded](events)
		c := &book.Allocate{Receipt: receipt.Receipt.ID, Financing: f.ID, Amount: amount, Payer: book.BySeller}
		_, err = l.submit(l.Maker, c)
		var rejection *book.Rejection
		if errors.As(err, &rejection) {
			if rejection.Code == "financing_state" {
				return nil // repaid already, out of the proceeds of an invoice
			}
		}
		if err == nil {
			_, err = l.submit(l.Maker, &book.CloseFinancing{Financing: f.ID})
		}
		return err
	})
}

// daysTo is the number of the day on which a date falls.
func (l *lab) daysTo(date calendar.Date) int { return calendar.DaysBetween(l.opening, date) }
