package product

import (
	"math/bits"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// CostOutcome says what came of solving for the annual cost.
type CostOutcome uint8

// The outcomes.
const (
	CostFound     CostOutcome = iota
	CostNone                  // nothing is received at first, so that nothing is financed
	CostAbsurd                // more than CostMost a year
	CostGain                  // the financed party is paid so much that the rate lies below CostLeast
	CostUndefined             // the flows change direction more than once: more than one rate may solve them
)

var costOutcomes = [...]string{"found", "nothing_financed", "above_100000_percent", "below_minus_50_percent", "more_than_one_rate"}

// String is the name used in API and files.
func (o CostOutcome) String() string { return costOutcomes[o] }

// MarshalText gives the name.
func (o CostOutcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// The bounds between which a rate is sought.
const (
	CostMost  = 1000 * money.RateOne
	CostLeast = -money.RateOne / 2
)

// Cost is the annual percentage cost: the r that solves sum of cf / (1+r)^(days/365) = 0 over all flows of the financed
// party, in parts per million, rounded half up. Source: Directive 2008/48/EC, annex I, part I, with actual days and a year of 365.
type Cost struct {
	Rate    money.Rate
	Outcome CostOutcome
}

// point is what the financed party gets (above zero) or gives on one day.
type point struct {
	date   calendar.Date
	amount money.Minor
}

// Discount factors are unsigned fixed-point numbers with 56 digits after the binary point. factorOfMost and
// factorOfLeast are 2^56 * (1+r)^(-1/365) for the bounds of the rate, rounded outward.
const (
	factorBits    = 56
	factorOne     = 1 << factorBits
	factorOfMost  = 70706508111361203
	factorOfLeast = 72194563827606123
)

// annualCost solves for the rate. The points ascend by date; several may be of one day. The daily factor v = (1+r)^(-1/365) is
// found by bisection on the present value, which is monotone where the running sum of the flows changes its sign once at
// most; then r = v^-365 - 1.
func annualCost(points []point) Cost {
	points = merged(points)
	if len(points) == 0 || points[0].amount <= 0 {
		return Cost{Outcome: CostNone}
	}
	total, changes, running := money.Minor(0), 0, money.Minor(0)
	signs, last := 0, points[0].amount
	for _, p := range points {
		total = money.Add(total, p.amount)
		if total < 0 != (running < 0) {
			changes++
		}
		running = total
		if p.amount != 0 && p.amount < 0 != (last < 0) {
			signs++
			last = p.amount
		}
	}
	low, high := uint64(factorOfMost), uint64(factorOne)
	switch {
	case signs > 1 && (total >= 0 || changes != 1):
		return Cost{Outcome: CostUndefined}
	case total == 0:
		return Cost{}
	case total > 0:
		low, high = factorOne, factorOfLeast
		if signs == 0 || presentValue(points, high) > 0 {
			return Cost{Outcome: CostGain}
		}
	case presentValue(points, low) < 0:
		return Cost{Outcome: CostAbsurd}
	}
	for high-low > 1 { // the value is not below zero at low, and below zero at high
		middle := low + (high-low)/2
		if presentValue(points, middle) >= 0 {
			low = middle
		} else {
			high = middle
		}
	}
	// 10^6 / v^365, rounded half up: 10^6 * 2^56 fits into 128 bits.
	factor := power(low, 365)
	high, scaled := bits.Mul64(uint64(money.RateOne), factorOne)
	quotient, _ := bits.Div64(high, scaled+factor/2, factor)
	return Cost{Rate: money.Rate(quotient) - money.RateOne}
}

// merged adds up the points of one day, in place, and drops empty days at both ends.
func merged(points []point) []point {
	kept := points[:0]
	for _, p := range points {
		if n := len(kept); n > 0 && kept[n-1].date == p.date {
			kept[n-1].amount = money.Add(kept[n-1].amount, p.amount)
			continue
		}
		if len(kept) > 0 || p.amount != 0 {
			kept = append(kept, p)
		}
	}
	for n := len(kept); n > 0 && kept[n-1].amount == 0; n-- {
		kept = kept[:n-1]
	}
	return kept
}

// presentValue gives the sign of the sum of amount * v^days: -1, 0 or 1.
func presentValue(points []point, v uint64) int {
	factor, day := uint64(factorOne), points[0].date
	var high, low uint64 // a signed sum of 128 bits
	for i := range points {
		p := &points[i]
		if p.date != day {
			factor = times(factor, power(v, calendar.DaysBetween(day, p.date)))
			day = p.date
		}
		magnitude := uint64(p.amount)
		if p.amount < 0 {
			magnitude = -magnitude
		}
		valueHigh, valueLow := bits.Mul64(magnitude, factor)
		var carry uint64
		if p.amount < 0 {
			low, carry = bits.Sub64(low, valueLow, 0)
			high, _ = bits.Sub64(high, valueHigh, carry)
		} else {
			low, carry = bits.Add64(low, valueLow, 0)
			high, _ = bits.Add64(high, valueHigh, carry)
		}
	}
	switch {
	case int64(high) < 0:
		return -1
	case high|low == 0:
		return 0
	}
	return 1
}

// power gives v^n by squaring.
func power(v uint64, n int) uint64 {
	result := uint64(factorOne)
	for {
		if n&1 != 0 {
			result = times(result, v)
		}
		if n >>= 1; n == 0 {
			return result
		}
		v = times(v, v)
	}
}

// times multiplies two factors, rounded half up. Factors stay below 2^8.
func times(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	low, carry := bits.Add64(low, 1<<(factorBits-1), 0)
	high += carry
	return high<<(64-factorBits) | low>>factorBits
}
