package discounting

import (
	"cmp"
	"math/bits"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Cash is what a buyer can pay early on one day; what is left of it is not carried to another.
type Cash struct {
	Day    calendar.Date `cbor:"1,keyasint"`
	Amount money.Minor   `cbor:"2,keyasint"`
}

// Reason is what became of a request.
type Reason uint8

// The reasons. They are stored; a number is never used again.
const (
	Paid       Reason = 1 + iota
	BelowYield        // it earns less than the buyer's cash must
	NoCashLeft        // what earns more, or as much and came earlier, left less cash on that day than it needs
	Repeated          // another request for the same receivable was paid
	Invalid           // it can't be priced: QuoteAt says why
)

var reasonNames = [...]string{"", "paid", "below_yield", "no_cash_left", "repeated", "invalid"}

// String is the name used in API and console.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return "unknown"
}

// MarshalText gives the name.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Answer is what one request got.
type Answer struct {
	Request  Request     `cbor:"1,keyasint"`
	Quote    Quote       `cbor:"2,keyasint"`
	CashLeft money.Minor `cbor:"3,keyasint"` // of its day, when its turn came
	Reason   Reason      `cbor:"4,keyasint"`
}

// Plan is the outcome of a matching: an answer for every request, by day of payment, then in the order in which cash was given.
type Plan struct {
	Answers []Answer `cbor:"1,keyasint"`
	Left    []Cash   `cbor:"2,keyasint"` // by day
}

// Match gives each day's cash to the requests for that day: the highest yield first, equal ones by the time of the seller's word, then by
// its sequence, then by receivable. A claim is paid as a whole: a request that needs more than is left is passed over. A receivable
// is paid once. The order in which requests and days are handed in changes nothing. It panics on a schedule that does not
// Validate, a negative amount of cash, or a day named twice.
func Match(schedule *Schedule, cash []Cash, requests []Request) Plan {
	if fault := schedule.Validate(); fault != 0 {
		panic("discounting: a schedule with fault " + fault.String())
	}
	plan := Plan{Left: slices.Clone(cash)}
	slices.SortFunc(plan.Left, func(a, b Cash) int { return cmp.Compare(a.Day, b.Day) })
	for i, day := range plan.Left {
		if day.Amount < 0 || i > 0 && plan.Left[i-1].Day == day.Day {
			panic("discounting: cash of a day is negative or said twice")
		}
	}
	for _, r := range requests {
		a := Answer{Request: r}
		var fault Fault
		if a.Quote, fault = schedule.QuoteAt(r.Rate, &r.Claim, r.Pay); fault != 0 {
			a.Reason = Invalid
		} else if a.Quote.Yield < schedule.YieldLeast {
			a.Reason = BelowYield
		}
		plan.Answers = append(plan.Answers, a)
	}
	slices.SortFunc(plan.Answers, compareAnswers)
	plan.pay()
	return plan
}

func (p *Plan) pay() {
	paid := map[id.Receivable]bool{}
	for i := range p.Answers {
		a := &p.Answers[i]
		day, found := slices.BinarySearchFunc(p.Left, a.Request.Pay, func(c Cash, day calendar.Date) int { return cmp.Compare(c.Day, day) })
		if found {
			a.CashLeft = p.Left[day].Amount
		}
		switch {
		case a.Reason != 0:
		case paid[a.Request.Claim.Receivable]:
			a.Reason = Repeated
		case a.Quote.Cash > a.CashLeft:
			a.Reason = NoCashLeft
		default:
			a.Reason = Paid
			paid[a.Request.Claim.Receivable] = true
			p.Left[day].Amount -= a.Quote.Cash
		}
	}
}

// compareAnswers is the order in which cash is given; the last keys only keep the order total for requests that are hard to tell apart.
func compareAnswers(a, b Answer) int {
	if a.Request.Pay != b.Request.Pay {
		return cmp.Compare(a.Request.Pay, b.Request.Pay)
	}
	if a.Quote.Yield != b.Quote.Yield {
		return cmp.Compare(b.Quote.Yield, a.Quote.Yield)
	}
	x, y := &a.Request, &b.Request
	return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.Sequence, y.Sequence), cmp.Compare(x.Claim.Receivable, y.Claim.Receivable),
		cmp.Compare(x.Claim.Amount, y.Claim.Amount), cmp.Compare(x.Claim.Due, y.Claim.Due), cmp.Compare(x.Rate, y.Rate), cmp.Compare(x.Claim.Seller, y.Claim.Seller))
}

// yield is discount / cash * basis/days in parts per million, rounded down; 2^63-1 where it is more than that.
func yield(discount, cash money.Minor, days, basis int64) money.Rate {
	high, low := bits.Mul64(uint64(discount), uint64(basis)*uint64(money.RateOne))
	if high >= uint64(cash) {
		return 1<<63 - 1
	}
	perPeriod, _ := bits.Div64(high, low, uint64(cash))
	return money.Rate(min(perPeriod/uint64(days), 1<<63-1))
}
