package product

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Price is the whole price of financing one amount, in minor units.
type Price struct {
	Amount    money.Minor `cbor:"1,keyasint"` // of the receivable that is financed
	Principal money.Minor `cbor:"2,keyasint"` // advanced: what the funder is owed
	Discount  money.Minor `cbor:"3,keyasint"` // interest taken in advance; 0 in arrears
	Fee       money.Minor `cbor:"4,keyasint"` // to the operator
	Net       money.Minor `cbor:"5,keyasint"` // what the seller receives: principal - discount - fee
	Interest  money.Minor `cbor:"6,keyasint"` // to be expected in arrears if paid on the due date; 0 in advance
	Days      int32       `cbor:"7,keyasint"`
}

// PriceOf prices the financing of amount from the day of payment to the due date at a yearly rate: first day in, last
// day out. Discount and interest are simple interest, rounded half up; the fee is all that the seller pays on disbursement,
// with its tax. Fees that are due later, or borne by others, are in Quote.
func (t *Terms) PriceOf(amount money.Minor, rate money.Rate, from, due calendar.Date) Price {
	p := Price{Amount: amount, Principal: money.Share(amount, t.AdvanceRate), Days: int32(calendar.DaysBetween(from, due))}
	interest := t.ordinary(&p, rate, from, due)
	if t.Timing == InAdvance {
		p.Discount = interest
	} else {
		p.Interest = interest
	}
	if t.Form == First {
		p.Fee = max(money.Share(amount, t.FeeRate), t.FeeMinimum)
	}
	deal := Deal{Amount: amount, Invoices: 1, From: from, Due: due}
	for i := range t.Fees {
		if f := &t.Fees[i]; f.Payer == Seller && f.When == AtDisbursement {
			line := t.feeLine(f, &deal, p.Principal)
			p.Fee = money.Add(p.Fee, money.Add(line.Amount, line.Tax))
		}
	}
	p.Net = money.Sub(p.Principal, p.Fee)
	if t.InterestPayer != Buyer {
		p.Net = money.Sub(p.Net, p.Discount)
	}
	return p
}

// ordinary is the interest of the whole tenor on the basis that the terms name.
func (t *Terms) ordinary(p *Price, rate money.Rate, from, due calendar.Date) money.Minor {
	switch {
	case due <= from || rate <= 0:
		return 0
	case t.Basis == OnFace:
		return t.interest(p.Amount, rate, from, due)
	case t.Basis == OnYield:
		// principal * rt / (1 + rt): what is left yields r.
		numerator, denominator := t.DayCount.Fraction(from, due)
		part := int64(rate) * numerator
		return money.MulDiv(p.Principal, part, denominator*int64(money.RateOne)+part)
	default:
		return t.interest(p.Principal, rate, from, due)
	}
}

func (t *Terms) interest(principal money.Minor, rate money.Rate, from, to calendar.Date) money.Minor {
	if to <= from {
		return 0
	}
	numerator, denominator := t.DayCount.Fraction(from, to)
	return money.Interest(principal, rate, numerator, denominator)
}

// Owed is what a financing still has to receive, before one collection is shared out.
type Owed struct {
	Principal     money.Minor   // not yet repaid
	Rate          money.Rate    // a year
	InterestFrom  calendar.Date // day up to which interest in arrears and late interest have been taken; the disbursement at first
	InterestDue   money.Minor   // accrued and not yet taken, from earlier collections
	LateDue       money.Minor   // likewise, late interest
	Due           calendar.Date
	InterestUntil calendar.Date // last day of ordinary interest: the due date
}

// Split is a collection shared out over the tiers.
type Split struct {
	LateInterest money.Minor `cbor:"1,keyasint"`
	Interest     money.Minor `cbor:"2,keyasint"`
	Principal    money.Minor `cbor:"3,keyasint"`
	Seller       money.Minor `cbor:"4,keyasint"`
	// What accrued up to the value date and could not be covered; it stays owed.
	InterestLeft money.Minor `cbor:"5,keyasint"`
	LateLeft     money.Minor `cbor:"6,keyasint"`
	// Under terms of the full form only.
	Fees    money.Minor `cbor:"7,keyasint,omitempty"`
	Reserve money.Minor `cbor:"8,keyasint,omitempty"`
	Insurer money.Minor `cbor:"9,keyasint,omitempty"` // of the credit cover, which has paid before
}

// Share shares out one collection with its value date: accrued interest is brought up to that date first (simple, on the
// principal; ordinary interest to the due date, late interest from the due date once the grace is over, or both as the
// terms of the full form say), then the tiers
// take in their order what they are owed.
func (t *Terms) Share(owed Owed, received money.Minor, value calendar.Date) Split {
	interest, late := owed.InterestDue, owed.LateDue
	if t.Timing == InArrears {
		until := min(value, owed.InterestUntil)
		if t.Overdue == RunsOn {
			until = value
		}
		interest = money.Add(interest, t.interest(owed.Principal, owed.Rate, owed.InterestFrom, until))
	}
	if grace := owed.Due.AddDays(int(t.GraceDays)); value > grace {
		start := owed.Due
		if t.PenaltyFrom == FromGraceEnd {
			start = grace
		}
		late = money.Add(late, t.interest(owed.Principal, t.LateRate, max(owed.InterestFrom, start), value))
	}
	var split Split
	left := received
	take := func(want money.Minor) money.Minor {
		got := min(left, want)
		left = money.Sub(left, got)
		return got
	}
	for _, tier := range t.Waterfall {
		switch tier {
		case TierLateInterest:
			split.LateInterest = take(late)
		case TierInterest:
			split.Interest = take(interest)
		case TierPrincipal:
			split.Principal = take(owed.Principal)
		case TierSeller:
			split.Seller = take(left)
		}
	}
	split.InterestLeft = money.Sub(interest, split.Interest)
	split.LateLeft = money.Sub(late, split.LateInterest)
	return split
}
