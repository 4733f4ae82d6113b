package bank

import "millrace/domain/payment"

// verdict is what a line means for the book, or the code of a break.
type verdict string

const (
	settled    verdict = "settled"     // the book has it already, or it is the other side of what it has
	incoming   verdict = "incoming"    // money came in
	execution  verdict = "execution"   // a payment of ours left
	comingBack verdict = "coming_back" // a payment of ours came back
	takenBack  verdict = "taken_back"  // the bank took back what had come in
	charged    verdict = "charged"     // the bank took its own charge
	taken      verdict = "taken"       // money left and nobody knows why: booked as short, and before a person

	differs     verdict = CodeLineDiffers
	unexplained verdict = CodeLineUnexplained
	noReversal  verdict = CodeReversalUnknown
)

var sentences = map[verdict]string{
	differs:     "The book has this line, or the payment that it names, with another amount, currency or account.",
	unexplained: "Money moved on a supervised account and no instruction of ours explains it.",
	noReversal:  "The line takes back something that the book does not have, or only a part of it.",
}

// judge tells what a line means by what the book has of it. A payer may write anything into the key that comes with
// money, so a key alone proves nothing: account, amount and currency must be those of the payment.
func (c *Connection) judge(l *Line, k *known) verdict {
	if l.Amount == 0 || l.Account.Kind == 0 {
		return unexplained
	}
	if r, found := k.receipts[c.token(l)]; found {
		if r.Amount != l.Amount || r.Currency != l.Currency || r.Programme != l.Account.Programme || r.Funder != l.Account.Owner {
			return differs
		}
		return settled
	}
	if o := k.orders[l.Payment]; o != nil && o.payment.Currency == l.Currency {
		if v := judgeOrder(l, o); v != "" {
			return v
		}
	}
	switch {
	case l.ReversalOf != "" && l.Amount < 0:
		r, found := k.receipts[c.reversedToken(l)]
		switch {
		case !found || r.Amount != -l.Amount || r.Currency != l.Currency:
			return noReversal
		case r.State == payment.Reversed:
			return settled
		}
		return takenBack
	case l.ReversalOf != "":
		return noReversal
	case l.Amount < 0:
		if of, found := k.charges[c.token(l)]; found {
			switch {
			case !isCharge(l, &of):
				return differs
			case of.Cause == payment.BankCharge:
				return settled
			}
			return unexplained
		}
		if l.Nature == Charge {
			return charged
		}
		return taken
	case l.Account.Kind == Fees:
		return unexplained
	}
	return incoming
}

// isCharge tells whether the book has a line as this charge.
func isCharge(l *Line, of *payment.Charge) bool {
	return of.Amount == -l.Amount && of.Currency == l.Currency && of.Programme == l.Account.Programme && of.Account == uint8(l.Account.Kind) && of.Funder == l.Account.Owner
}

// judgeOrder judges a line that carries the key of a payment: its own side, or the side that stays with the custodian.
func judgeOrder(l *Line, o *order) verdict {
	back := l.ReversalOf != ""
	state := o.payment.State
	if l.Account == o.payer() && (l.Amount < 0) != back {
		amount := l.Amount
		if !back {
			amount = -amount
		}
		switch {
		case amount != o.total():
			return differs
		case state == payment.Returned, state == payment.Executed && !back:
			return settled
		case back:
			return comingBack
		}
		return execution
	}
	if at, inner := o.inner(); l.Account == at && (l.Amount > 0) != back && (l.Amount == inner || l.Amount == -inner) {
		return settled
	}
	return ""
}
