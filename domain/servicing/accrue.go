package servicing

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// denominator is what Exact sums are measured in: the year of the day count times a million, as rates are in millionths.
func (t *Terms) denominator() int64 {
	_, year := t.DayCount.Fraction(0, 0)
	return year * int64(money.RateOne)
}

// days counts from a to b as the day count does from an origin before both, so that periods add up however they are cut:
// 30/360 does not when each part is counted by itself.
func (t *Terms) days(origin, a, b calendar.Date) int64 {
	if b <= a {
		return 0
	}
	to, _ := t.DayCount.Fraction(origin, b)
	if a <= origin {
		return to
	}
	from, _ := t.DayCount.Fraction(origin, a)
	return to - from
}

// advance reckons interest up to a day. The principal and the rates have not changed since p.On.
func (p *Position) advance(t *Terms, to calendar.Date) {
	if to <= p.On {
		return
	}
	from := p.On
	p.On = to
	if !p.has(disbursed) {
		return
	}
	end := to
	if t.Overdue == Replaces {
		end = min(to, p.Due)
	}
	start := max(from, p.accrualFrom)
	if end > start {
		p.interest.add(p.Principal, int64(p.ordinary)*t.days(p.accrualFrom, start, end))
	}
	if to > p.Due {
		p.advanceLate(t, from, to)
	}
	if denominator := t.denominator(); p.interest != (Exact{}) || p.late != (Exact{}) {
		p.Totals[LineInterest], p.Totals[LineLate] = p.interest.round(denominator), p.late.round(denominator)
	}
}

// advanceLate counts the days after the due date. What is paid within the grace is paid in time: late interest is on what
// is still out the day after, then from the due date where the terms say so; from the last day on which a bank took money
// back on what it took back within the grace.
func (p *Position) advanceLate(t *Terms, from, to calendar.Date) {
	graceEnd := p.Due.AddDays(int(t.GraceDays))
	within := t.days(p.Due, max(from, p.Due), min(to, graceEnd))
	if t.Overdue == Replaces {
		p.graceOrdinary += int64(p.ordinary) * within
		p.backOrdinary += int64(p.ordinary) * within
	}
	if t.PenaltyBy == FromDue {
		p.gracePenalty += int64(p.penalty) * within
		p.backPenalty += int64(p.penalty) * within
	}
	if to <= graceEnd {
		return
	}
	if !p.has(graceOver) {
		p.marks |= graceOver
		p.late.add(p.Principal-p.back, p.gracePenalty)
		p.late.add(p.back, p.backPenalty)
		p.back = 0
	}
	p.late.add(p.Principal, int64(p.penalty)*t.days(p.Due, max(from, graceEnd), to))
}

// extend moves the due date. Within the grace the days since the old due date become ordinary interest; after it, they
// stay late.
func (p *Position) extend(t *Terms, due calendar.Date) {
	if due <= p.Due {
		return
	}
	if p.has(disbursed) && p.On > p.Due && !p.has(graceOver) {
		p.interest.add(p.Principal-p.back, p.graceOrdinary)
		p.interest.add(p.back, p.backOrdinary)
		p.Totals[LineInterest] = p.interest.round(t.denominator())
	}
	p.Due, p.graceOrdinary, p.gracePenalty, p.back = due, 0, 0, 0
	p.marks &^= graceOver
}

// unearned is the part of the discount that belongs to the days ahead, on the principal that is out.
func (p *Position) unearned(t *Terms) money.Minor {
	discount := p.Totals[LineDiscount]
	if discount == 0 || p.Principal == 0 || p.On >= t.Due {
		return 0
	}
	if t.Accrual == Effective {
		days, total := calendar.DaysBetween(p.On, t.Due), calendar.DaysBetween(p.from, t.Due)
		if days >= total {
			return money.MulDiv(discount, int64(p.Principal), int64(p.outlay))
		}
		return ahead(discount, p.outlay, int64(days), int64(total)).of(p.Principal)
	}
	total := t.days(p.from, p.from, t.Due)
	if total == 0 { // from the 30th to the 31st
		return 0
	}
	return portion(discount, p.Principal, p.outlay, t.days(p.from, p.On, t.Due), total)
}

// repaid notes principal that came back: the discount for its days ahead is given back where the terms say so.
func (p *Position) repaid(t *Terms, amount money.Minor) {
	p.reduce(amount)
	if t.Unearned != GivenBack || p.Totals[LineDiscount] == 0 || p.On >= t.Due {
		return
	}
	weight := int64(p.first) * t.days(p.from, p.On, t.Due)
	if amount >= 0 {
		p.rebate.add(amount, weight)
	} else {
		p.rebate.sub(-amount, weight)
	}
	p.Totals[LineRebate] = min(p.Totals[LineDiscount], p.rebate.round(t.denominator()))
}

// reduce takes an amount off the principal; below zero it is principal that a bank took back.
func (p *Position) reduce(amount money.Minor) {
	p.Principal -= amount
	switch {
	case amount > 0:
		p.back = max(0, p.back-amount)
	case amount < 0 && p.On > p.Due && !p.has(graceOver):
		p.back -= amount
		p.backOrdinary, p.backPenalty = 0, 0
	}
}

// settle brings what follows from all the rest up to date: it is done once, after the last fact.
func (p *Position) settle(t *Terms) {
	if t.Treatment() == OwnFunds {
		p.Totals[LineDiscountEarned] = p.Totals[LineDiscount]
	} else {
		p.Totals[LineDiscountEarned] = max(0, p.Totals[LineDiscount]-p.Totals[LineRebate]-p.unearned(t))
	}
	p.Totals[LineFunderFeesPaid] = min(p.Totals[LineFunderFees], max(0, p.forFunder()))
	p.Totals[LineAllowance] = min(p.allowance, p.Principal+p.InterestDue()+p.LateDue())
	for party := Buyer; int(party) <= parties; party++ {
		p.Totals[ShortfallLine(party)] = max(0, p.Totals[PaidOnLine(party)]-p.Entitled(party))
	}
	p.State = p.state()
}

func (p *Position) state() State {
	switch {
	case !p.has(disbursed):
		return Expected
	case p.Owed() != 0 && p.has(defaulted):
		return InDefault
	case p.Owed() != 0 && (p.has(called) || p.Called > 0):
		return InRecourse
	case p.Owed() != 0 && p.On > p.Due:
		return PastDue
	case p.Owed() != 0:
		return Outstanding
	case p.has(closed):
		return Ended
	case p.Lost() > 0:
		return Lost
	case p.has(boughtBack):
		return Repurchased
	}
	return Settled
}
