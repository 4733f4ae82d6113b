package economy

import (
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/supervision"
	"millrace/lab/load"
)

// passbook is what the custodian knows of one account: its balance by the last statement, and what has been booked since.
type passbook struct {
	at      payment.Supervised
	closing money.Minor
	number  uint64        // of the last statement
	until   calendar.Date // of which that is
	lines   []payment.StatementLine
}

// custody are the accounts of the economy's programmes at their bank, which closes a statement of each on the days on which it moved, and at the end of
// each month.
type custody struct {
	books  map[payment.Supervised]*passbook
	order  []*passbook
	terms  map[id.Product]*product.Terms
	lent   map[id.Financing]drawn    // until it is paid out
	early  map[id.EarlyPayment]drawn // likewise
	means  map[id.Programme]money.Minor
	stated calendar.Date // the last day of which there are statements
}

// drawn says from whose deposit a payment is made, and what leaves it besides, for the fees account.
type drawn struct {
	from id.Party
	fee  money.Minor
}

func newCustody() custody {
	return custody{
		books: map[payment.Supervised]*passbook{}, terms: map[id.Product]*product.Terms{}, lent: map[id.Financing]drawn{}, early: map[id.EarlyPayment]drawn{},
		means: map[id.Programme]money.Minor{},
	}
}

func (c *custody) keep(at payment.Supervised) {
	if c.books[at] == nil {
		b := &passbook{at: at}
		c.books[at], c.order = b, append(c.order, b)
	}
}

// book puts a line on an account; nothing is no line.
func (c *custody) book(at payment.Supervised, line payment.StatementLine) {
	if b := c.books[at]; b != nil && line.Amount != 0 {
		b.lines = append(b.lines, line)
	}
}

// came books money that has come in.
func (c *custody) came(r *payment.Receipt) {
	at := payment.Supervised{Kind: payment.CollectionAccount, Programme: r.Programme}
	if r.Funder != 0 {
		at = payment.Supervised{Kind: payment.FundingAccount, Programme: r.Programme, Owner: r.Funder}
	}
	if r.SetOff == 0 { // else no bank has brought it
		c.book(at, payment.StatementLine{Line: r.Line, Amount: r.Amount, Side: payment.CameIn, Receipt: r.ID})
	}
}

// left books a payment that the bank has carried out: what leaves an account, and what of it stays in another.
func (c *custody) left(o *order) {
	of := func(kind payment.AccountKind, owner id.Party) payment.Supervised {
		return payment.Supervised{Kind: kind, Programme: o.Programme, Owner: owner}
	}
	from, at, fee, stays := of(payment.CollectionAccount, 0), payment.Supervised{}, money.Minor(0), money.Minor(0)
	switch o.Purpose {
	case payment.Disbursement, payment.EarlyPayment:
		paid := c.lent[o.Financing]
		if o.Early != 0 {
			paid = c.early[o.Early]
		}
		delete(c.lent, o.Financing)
		delete(c.early, o.Early)
		fee = paid.fee
		from, at, stays = of(payment.FundingAccount, paid.from), of(payment.FeesAccount, 0), fee
	case payment.Withdrawal:
		from = of(payment.FundingAccount, o.Payee)
	case payment.Sweep:
		at, stays = of(payment.FundingAccount, o.Payee), o.Amount
	case payment.InternalTransfer:
		from, at, stays = o.From, o.At, o.Amount
	case payment.OperatorsFees, payment.OthersFees:
		if !o.Collected {
			from = of(payment.FeesAccount, 0)
		}
	}
	c.book(from, payment.StatementLine{Line: load.Token("left " + o.ID.String()), Amount: -(o.Amount + fee), Side: payment.Left, Payment: o.ID})
	c.book(at, payment.StatementLine{Line: load.Token("arrived " + o.ID.String()), Amount: stays, Side: payment.Arrived, Payment: o.ID})
}

// quoted notes who lends and what fees leave with the payment.
func (c *custody) quoted(f *funding.Financing) {
	if terms := c.terms[f.Product]; terms != nil && f.State == funding.Quoted {
		c.lent[f.ID] = drawn{f.Funder, book.FeesAlong(f, terms)}
	}
}

// evening has the banks of the node end the day that is over: the economy's own gives a statement of each account.
func (e *Economy) evening() error {
	over := e.opened
	if e.Today <= e.opened { // somebody else has opened the day
		over--
	} else if host := e.options.Host; host != nil && host.Evening != nil {
		if err := host.Evening(e.Today); err != nil {
			return err
		}
	}
	if over < e.opening || over <= e.bank.stated {
		return nil
	}
	e.bank.stated = over
	closed, _ := supervision.MonthClosed(calendar.Target, over)
	var requests []asked
	for i, b := range e.bank.order {
		if len(b.lines) == 0 && b.until >= closed {
			continue
		}
		c := &book.RecordStatement{
			Account: b.at, Identity: load.Token(fmt.Sprint("statement ", i, " of ", over)), Sequence: b.number + 1, Date: over, Opening: b.closing, Closing: b.closing, Currency: e.Currency, Lines: b.lines,
		}
		for _, l := range b.lines {
			c.Closing += l.Amount
		}
		b.closing, b.number, b.until, b.lines = c.Closing, c.Sequence, over, nil
		requests = append(requests, asked{e.Bank, c})
	}
	answers, err := e.node.together(requests)
	for i := range answers {
		e.refused(answers[i], "record_statement")
	}
	return err
}
