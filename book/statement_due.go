package book

import (
	"cmp"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/payment"
	"millrace/domain/supervision"
)

// bookedDay is a day of which the book has movements of an account that no statement shows yet.
type bookedDay struct {
	day   calendar.Date // on which the bank booked them
	count uint32        // above 0
}

// due tells whether a statement is missing on the evening of a day, of an account of which the last one is of another day (0: there is none). What is
// agreed on it may be nil: it then comes on every open day.
func (d *draft) due(account payment.Supervised, agreed *supervision.Account, last, over calendar.Date) bool {
	open := d.programmes.at(account.Programme.Number()).Calendar
	if last >= over || open.Status(over) != calendar.Open {
		return false
	}
	if agreed == nil || agreed.Statements == supervision.EveryOpenDay {
		return true
	}
	if agreed.State == supervision.Closed {
		return false
	}
	if closed, covered := supervision.MonthClosed(open, over); last > 0 && covered && last < closed {
		return true
	}
	days := d.unshown[account]
	at, _ := slices.BinarySearchFunc(days, last+1, bookedDay.compare)
	return at < len(days) && days[at].day <= over
}

func (b bookedDay) compare(day calendar.Date) int { return cmp.Compare(b.day, day) }

// agreed is what was agreed on an account last; nil where it was never on record.
func (b *Book) agreed(account payment.Supervised) *supervision.Account {
	return b.supervised.at(b.agreedOn[account].Number())
}

// indexAgreed: agreedOn, from table supervised_account. An account takes its place once the one before it is closed or was declined.
func (b *Book) indexAgreed(a *supervision.Account) {
	if a.State == supervision.Live || a.State == supervision.Closed {
		b.agreedOn[heldAt(a)] = a.ID
	}
}

// agreedQuiet lets the alarm about a missing statement end where what is agreed from now on expects none.
func (d *draft) agreedQuiet(a *supervision.Account) {
	if a.Statements == supervision.EveryOpenDay {
		return
	}
	last, k := d.lastStatement(heldAt(a)), d.unresolved(accountKey(heldAt(a)))
	if last != nil && k != nil && !d.due(heldAt(a), a, last.Date, k.Opened-1) {
		d.ends(k, payment.Gone)
	}
}

// heldAt is the account at the bank that a record is of.
func heldAt(a *supervision.Account) payment.Supervised {
	return payment.Supervised{Kind: payment.AccountKind(a.Place.Kind), Programme: a.Place.Programme, Owner: a.Place.Funder}
}

// quietly tells whether an account was agreed to have a statement only when it moved, besides those of each month's end.
func (b *Book) quietly(account payment.Supervised) bool {
	a := b.agreed(account)
	return a != nil && a.State == supervision.Live && a.Statements == supervision.WhenMoved
}

// unstated opens breaks for accounts that moved, were agreed to have a statement then, and never had one.
func (d *draft) unstated(over calendar.Date) {
	for number := uint64(1); number <= d.supervised.count; number++ {
		a := d.supervised.at(number)
		account := heldAt(a)
		if a.State == supervision.Live && a.Statements == supervision.WhenMoved && len(d.statementsOf[account]) == 0 && d.due(account, a, 0, over) {
			d.lacks(account, 0, over)
		}
	}
}

// tallyDay counts movements of a day that no statement shows, or takes them back.
func (b *Book) tallyDay(at payment.Supervised, day calendar.Date, by int) {
	if at.Kind == 0 || day == 0 {
		return
	}
	days := b.unshown[at]
	i, found := slices.BinarySearchFunc(days, day, bookedDay.compare)
	switch {
	case !found && by > 0:
		b.unshown[at] = slices.Insert(days, i, bookedDay{day, uint32(by)})
	case !found:
		panic("book: a movement leaves the days on which it never was")
	case int(days[i].count)+by > 0:
		days[i].count = uint32(int(days[i].count) + by)
	case len(days) == 1:
		delete(b.unshown, at)
	default:
		b.unshown[at] = slices.Delete(days, i, i+1)
	}
}

// tallyReceipt: unshown, from tables receipt.
func (b *Book) tallyReceipt(r *payment.Receipt, by int) {
	if r.SetOff != 0 { // no bank has brought it
		return
	}
	at := receivedAt(r)
	if r.CameInOn == 0 {
		b.tallyDay(at, r.Booking, by)
	}
	if r.State == payment.Reversed && r.TakenBackOn == 0 {
		b.tallyDay(at, r.Back, by)
	}
}

// receivedAt is the account into which money came.
func receivedAt(r *payment.Receipt) payment.Supervised {
	if r.Funder != 0 {
		return payment.Supervised{Kind: payment.FundingAccount, Programme: r.Programme, Owner: r.Funder}
	}
	return payment.Supervised{Kind: payment.CollectionAccount, Programme: r.Programme}
}

// tallyCharge: unshown, from table charge.
func (b *Book) tallyCharge(c *payment.Charge, by int) {
	if c.ShownOn == 0 {
		b.tallyDay(payment.Supervised{Kind: payment.AccountKind(c.Account), Programme: c.Programme, Owner: c.Funder}, c.Booking, by)
	}
}

// tallyPayment: unshown, from tables payment, financing, product and early_payment. The bank books on the value date.
func (b *Book) tallyPayment(p *payment.Payment, by int) {
	if p.State != payment.Executed && p.State != payment.Returned {
		return
	}
	from, inner := b.sidesOf(p)
	back := p.State == payment.Returned
	if p.LeftOn == 0 || back && p.CameBackOn == 0 {
		b.tallyDay(from, p.Value, by)
	}
	if p.ArrivedOn == 0 || back && p.ArrivedBackOn == 0 {
		b.tallyDay(inner, p.Value, by)
	}
}

// sidesOf are the supervised account that a payment leaves, and the one where a part of it stays with the custodian; zero for none.
func (b *Book) sidesOf(p *payment.Payment) (from, inner payment.Supervised) {
	of := payment.Supervised{Kind: payment.CollectionAccount, Programme: p.Programme}
	deposit, fees := payment.Supervised{Kind: payment.FundingAccount, Programme: p.Programme, Owner: p.Payee}, payment.Supervised{Kind: payment.FeesAccount, Programme: p.Programme}
	switch p.Purpose {
	case payment.Disbursement:
		f := b.financings.at(p.Financing.Number())
		if deposit.Owner = f.Funder; FeesAlong(f, &b.products.at(f.Product.Number()).Terms) == 0 {
			fees = payment.Supervised{}
		}
		return deposit, fees
	case payment.EarlyPayment:
		e := b.earlyPayments.at(p.Early.Number())
		if deposit.Owner = e.Buyer; e.Fee == 0 {
			fees = payment.Supervised{}
		}
		return deposit, fees
	case payment.Withdrawal:
		return deposit, payment.Supervised{}
	case payment.Sweep:
		return of, deposit
	case payment.InternalTransfer:
		return p.From, p.At
	case payment.OperatorsFees, payment.OthersFees:
		if !p.Collected {
			return fees, payment.Supervised{}
		}
	}
	return of, payment.Supervised{}
}
