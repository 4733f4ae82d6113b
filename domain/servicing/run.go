package servicing

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Run replays facts that are in canonical order, and gives where the financing stands on the value date of the last one.
// It allocates nothing. Facts out of order and malformed ones panic; what the terms do not foresee (a call without
// recourse, a payment of which nothing is owed) is still a fact and has its effect: Object tells beforehand.
//
// A Reversed fact names an earlier entry. Money that came in leaves again on the reversal's own value date, since it was
// there in between; dated before the money, the two undo each other. Any other fact, a disbursement that the bank returned and a reversal among them, is as if it had never
// been. Of two reversals of one fact the first in canonical order counts.
func Run(terms *Terms, facts []Fact) Position {
	p := Position{Due: terms.Due}
	reversals := ordered(facts)
	for i := range facts {
		p.step(terms, facts, i, reversals)
	}
	p.settle(terms)
	return p
}

// Walk replays facts as Run does, and shows each fact that counts with the position after it, in canonical order.
func Walk(terms *Terms, facts []Fact, show func(fact Fact, p Position)) {
	p := Position{Due: terms.Due}
	reversals := ordered(facts)
	for i := range facts {
		if p.step(terms, facts, i, reversals) {
			p.settle(terms)
			show(facts[i], p)
		}
	}
}

// span is where in facts there are reversals: from the first up to, without it, the place after the last.
type span struct{ from, to int }

// ordered panics on facts that are malformed or out of order, and tells where there are reversals.
func ordered(facts []Fact) span {
	reversals := span{len(facts), 0}
	for i := range facts {
		facts[i].sound()
		if facts[i].Kind == Reversed {
			reversals.from, reversals.to = min(reversals.from, i), i+1
		}
		if i > 0 && compare(&facts[i-1], &facts[i]) >= 0 {
			panic("servicing: facts out of their canonical order")
		}
	}
	return reversals
}

// step gives one fact its effect, if it counts.
func (p *Position) step(terms *Terms, facts []Fact, at int, reversals span) bool {
	if reversals.to > 0 && !live(facts, at, reversals) {
		return false
	}
	p.advance(terms, facts[at].Value)
	p.apply(terms, facts, &facts[at])
	p.release(terms)
	return true
}

// At is the position brought forward to a later day on which nothing has happened.
func (p Position) At(terms *Terms, on calendar.Date) Position {
	p.advance(terms, on)
	p.settle(terms)
	return p
}

// Income is what a financing has earned since its beginning, each rounded by itself.
type Income struct {
	Interest money.Minor // ordinary, beyond the discount
	Late     money.Minor
	Discount money.Minor // earned of it
}

// Accrued is the income up to a day, not before the position's.
func (p Position) Accrued(terms *Terms, on calendar.Date) Income {
	p = p.At(terms, on)
	return Income{Interest: p.Totals[LineInterest], Late: p.Totals[LineLate], Discount: p.Totals[LineDiscountEarned]}
}

// live tells whether a fact counts: not one that a live reversal makes as if it had never been, and not a reversal of
// nothing. A reversal is entered after what it takes back, so that the question ends.
func live(facts []Fact, at int, reversals span) bool {
	f := &facts[at]
	if f.Kind == Reversed {
		if target := find(facts, f.Of); target < 0 || target > at || reversalOf(facts, f.Of, reversals) != at {
			return false
		}
	}
	reversal := reversalOf(facts, f.Entry, reversals)
	return reversal < 0 || f.payer() != 0 && reversal > at
}

// reversalOf is the place of the first live reversal of an entry in canonical order; -1 for none.
func reversalOf(facts []Fact, entry uint64, reversals span) int {
	for i := reversals.from; i < reversals.to; i++ {
		f := &facts[i]
		if f.Kind == Reversed && f.Of == entry && f.Entry > entry && reversalOf(facts, f.Entry, reversals) < 0 {
			return i
		}
	}
	return -1
}

func find(facts []Fact, entry uint64) int {
	for i := range facts {
		if facts[i].Entry == entry {
			return i
		}
	}
	return -1
}

// apply gives one fact its effect. Interest is reckoned up to its value date.
func (p *Position) apply(t *Terms, facts []Fact, f *Fact) {
	switch f.Kind {
	case Fixing:
		p.base = f.Rate
		p.rates(t)
	case Disbursed:
		p.disburse(t, f)
	case Extended:
		p.extend(t, f.Due)
	case FeeCharged:
		p.Totals[LineFeesCharged] = money.Add(p.Totals[LineFeesCharged], f.Amount)
	case Diluted:
		p.dilute(t, f.Amount)
	case Disputed:
		if p.Disputed == 0 {
			p.raised = f.Value
		}
		p.Disputed = money.Add(p.Disputed, f.Amount)
	case Resolved:
		p.Disputed = max(0, p.Disputed-f.Amount)
	case Received, BoughtBack, PaidOnCover, Recovered:
		p.share(t, f.payer(), f.Amount, f.Kind)
		if f.Kind == BoughtBack {
			p.marks |= boughtBack
		}
	case Reversed:
		if target := find(facts, f.Of); facts[target].payer() != 0 {
			p.takeBack(t, facts[target].payer(), facts[target].Amount)
			if facts[target].Kind == BoughtBack {
				p.marks &^= boughtBack
			}
		}
	case Recoursed:
		p.call(t, f.Cause)
	case Claimed:
		p.Claim = min(t.Cover.Limit, money.Share(p.Principal, t.Cover.Share))
	case Defaulted:
		p.marks |= defaulted
		p.useReserve(t, p.Owed())
	case Provisioned:
		p.allowance = f.Amount
	case WrittenOff:
		p.useReserve(t, p.Owed())
		p.writeOff(f.Amount)
	case PaidOn:
		p.Totals[PaidOnLine(f.Party)] = money.Add(p.Totals[PaidOnLine(f.Party)], f.Amount)
	case Closed:
		p.marks |= closed
	}
}

func (p *Position) rates(t *Terms) {
	p.ordinary, p.penalty = t.Rate.on(p.base), t.Penalty.on(p.base)
}

// disburse begins the life. A discount is at most what it is kept from; one that grows at a daily rate, at most half. What had come in before goes through the waterfall again, now that something is owed.
func (p *Position) disburse(t *Terms, f *Fact) {
	if p.has(disbursed) {
		panic("servicing: disbursed twice")
	}
	p.marks |= disbursed
	p.rates(t)
	p.from, p.outlay, p.first = f.Value, f.Amount, p.ordinary
	p.accrualFrom = f.Value
	if t.Timing == InAdvance {
		p.accrualFrom = max(f.Value, t.Due)
	}
	most := f.Amount
	if t.Accrual == Effective {
		most /= 2
	}
	p.Totals[LineDiscount] = min(t.Discount, most)
	p.Totals[LineFee] = min(t.Fee, f.Amount-p.Totals[LineDiscount])
	p.Totals[LineNet] = f.Amount - p.Totals[LineDiscount] - p.Totals[LineFee]
	if t.Source == BuyerFunds {
		p.Repaid += f.Amount
		return
	}
	p.Principal, p.fee = f.Amount, p.Totals[LineFee]
	p.Totals[LineFeesCharged] = money.Add(p.Totals[LineFeesCharged], t.Fees)
	p.Totals[LineBuyerFees], p.Totals[LineFunderFees] = t.BuyerFees, t.FunderFees
	for payer := Buyer; p.collected != [tiers]money.Minor{} && payer <= Guarantor; payer++ {
		if early := p.Paid(payer); early > 0 {
			p.takeBack(t, payer, early)
			p.share(t, payer, early, Received)
		}
	}
}

// dilute shrinks the face where it is soft. What the rest will not repay is taken from the reserve, and the seller is
// called for it at once where the terms give recourse for dilution.
func (p *Position) dilute(t *Terms, amount money.Minor) {
	gap := func() money.Minor { return max(0, p.Principal-p.Open(t)) }
	before := gap()
	p.Diluted = min(money.Add(p.Diluted, amount), t.Face-t.Confirmed)
	p.useReserve(t, gap()-before)
	recourse := t.recourse(Dispute)
	more := money.Share(max(0, gap()-before), recourse.Share)
	if recourse.Most > 0 {
		more = min(more, max(0, recourse.Most-p.dilutionCalled))
	}
	p.dilutionCalled += more
	p.Called += more
}

// call turns to the seller. Whole recourse without bound is for all that is owed from then on; any other for a share of what
// is owed on that day.
func (p *Position) call(t *Terms, cause Cause) {
	p.useReserve(t, p.Owed())
	recourse := t.recourse(cause)
	owed := p.Owed()
	if cause == Dispute {
		owed = max(0, p.Uncovered(t)-max(0, p.dilutionCalled-p.sellerPaid()))
	} else if recourse.Share == money.RateOne && recourse.Most == 0 {
		p.marks |= called
		return
	}
	amount := money.Share(owed, recourse.Share)
	if recourse.Most > 0 {
		amount = min(amount, recourse.Most)
	}
	p.Called += amount
}

// writeOff takes what will not come out of what is owed.
func (p *Position) writeOff(amount money.Minor) {
	take := func(line Line, due money.Minor) money.Minor {
		part := min(amount, due)
		amount -= part
		p.Totals[line] += part
		return part
	}
	p.reduce(take(LineWrittenPrincipal, p.Principal))
	take(LineWrittenInterest, p.InterestDue())
	take(LineWrittenLate, p.LateDue())
}
