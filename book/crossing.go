package book

import (
	"slices"

	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
)

// cross notes that the books have moved money from one supervised account at a custodian to another, or back: the bank has to be told.
// Why it moved says opened: by its receipt, or else by its financing.
func (d *draft) cross(way direction, from, to ledger.Key, amount money.Minor, opened payment.Payment) {
	if way == counter {
		from, to = to, from
	}
	opened.From, opened.At = atBank(from), atBank(to)
	if opened.From == opened.At || amount == 0 {
		return
	}
	opened.Purpose, opened.Programme, opened.Currency, opened.Amount = payment.InternalTransfer, from.Programme, from.Currency, amount
	for i := range d.crossed {
		if other := &d.crossed[i]; other.From == opened.From && other.At == opened.At && sameCause(other, &opened) {
			other.Amount = money.Add(other.Amount, amount)
			return
		}
	}
	d.crossed = append(d.crossed, opened)
}

// atBank is the account at the custodian in which the money of a ledger account lies, or is missing.
func atBank(key ledger.Key) payment.Supervised {
	place, _ := Supervised(key)
	return payment.Supervised{Kind: payment.AccountKind(place.Kind), Programme: place.Programme, Owner: place.Funder}
}

func sameCause(one, other *payment.Payment) bool {
	return one.Financing == other.Financing && one.Receipt == other.Receipt && one.SetOffRun == other.SetOffRun
}

// crossAgain ends an internal transfer that did not leave, or came back. In the books its money has moved: a person decides on another
// payment of it, under another key.
func (d *draft) crossAgain(p *payment.Payment, moved *PaymentMoved) {
	d.emit(moved)
	d.crossed = append(d.crossed, payment.Payment{
		Purpose: payment.InternalTransfer, Programme: p.Programme, Financing: p.Financing, Receipt: p.Receipt, SetOffRun: p.SetOffRun, Payee: p.Payee, From: p.From, At: p.At,
		Currency: p.Currency, Amount: p.Amount, Replaces: p.ID, Needed: 1,
	})
}

// openCrossed opens the payments of what this entry has moved between supervised accounts. What waits to be approved the other way is
// ended first.
func (d *draft) openCrossed() {
	for i := range d.crossed {
		opened := d.crossed[i]
		for _, one := range slices.Clone(d.crossing[opened.From]) {
			waits := d.payments.at(one.Number())
			if opened.Amount == 0 || waits.State != payment.AwaitingApproval || waits.From != opened.At || waits.At != opened.From || !sameCause(waits, &opened) {
				continue
			}
			opened.Amount = d.endWaiting(waits, opened.Amount)
		}
		if opened.Amount > 0 {
			d.openCrossing(opened)
		}
	}
}

// endWaiting ends an internal transfer that waits, since so much of it is to come back, and opens another of what is left of it. It
// gives what of the amount it has not met.
func (d *draft) endWaiting(waits *payment.Payment, amount money.Minor) money.Minor {
	d.emit(&PaymentMoved{Payment: waits.ID, State: payment.Refused})
	if waits.Amount <= amount {
		return money.Sub(amount, waits.Amount)
	}
	d.openCrossing(payment.Payment{
		Purpose: payment.InternalTransfer, Programme: waits.Programme, Financing: waits.Financing, Receipt: waits.Receipt, SetOffRun: waits.SetOffRun, Payee: waits.Payee, From: waits.From,
		At: waits.At, Currency: waits.Currency, Amount: money.Sub(waits.Amount, amount), Replaces: waits.ID, Needed: 1,
	})
	return 0
}

func (d *draft) openCrossing(opened payment.Payment) id.Payment {
	opened.Opened = d.today()
	return d.instruct(d.programmes.at(opened.Programme.Number()), opened)
}
