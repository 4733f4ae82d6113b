package score

import "math/bits"

// Stability is the population stability index of counts now against counts before, in millionths: the sum over bins of
// (now − before) × ln(now ÷ before) of their shares, an empty bin counted as half a case and one that is empty on both sides left out
// (N. Siddiqi, Credit Risk Scorecards, 2006, chapter 9). Both have the same number of bins. It is 0 when either side counts nothing.
//
// Shares and logarithms to the base of two have 40 bits of fraction; the sum is turned to the natural logarithm and rounded once.
func Stability(before, now []uint32) int64 {
	var b, n uint64
	for i := range before {
		b, n = b+uint64(before[i]), n+uint64(now[i])
	}
	if b == 0 || n == 0 {
		return 0
	}
	var sum uint64
	for i := range before {
		if before[i] == 0 && now[i] == 0 {
			continue
		}
		was, is := max(2*uint64(before[i]), 1), max(2*uint64(now[i]), 1)
		difference := int64(share(is, 2*n)) - int64(share(was, 2*b))
		logarithm := binaryLogarithm(is) + binaryLogarithm(b) - binaryLogarithm(was) - binaryLogarithm(n)
		if difference < 0 {
			difference, logarithm = -difference, -logarithm
		}
		if logarithm > 0 { // else both are nothing but what rounding left
			high, low := bits.Mul64(uint64(difference), uint64(logarithm))
			sum += high<<24 | low>>40
		}
	}
	const perDouble = 693_147_180_560 // ln 2 in millionths of millionths
	high, low := bits.Mul64(sum, perDouble)
	const whole = 1_000_000 << 40
	low, carry := bits.Add64(low, whole/2, 0)
	quotient, _ := bits.Div64(high+carry, low, whole)
	return int64(quotient)
}

// share is part ÷ whole, part at most whole, with 40 bits of fraction.
func share(part, whole uint64) uint64 {
	quotient, _ := bits.Div64(part>>24, part<<40, whole)
	return quotient
}

// binaryLogarithm is the logarithm to the base of two of a number above zero, with 40 bits of fraction, cut: the number is squared
// again and again, and each time that it reaches two a bit is found.
func binaryLogarithm(x uint64) int64 {
	whole := bits.Len64(x) - 1
	m := x << (63 - whole) // 1 to below 2, with 63 bits of fraction
	result := int64(whole) << 40
	for bit := 39; bit >= 0; bit-- {
		high, low := bits.Mul64(m, m)
		if high >= 1<<63 {
			result |= 1 << bit
			m = high
		} else {
			m = high<<1 | low>>63
		}
	}
	return result
}

// Alarm is what an index of stability says.
type Alarm uint8

// The alarms: below 0.10 a distribution is held to be stable, from 0.25 on to have changed (Siddiqi, as above). Fewer than ScoredMin cases
// say nothing.
const (
	TooFew Alarm = 1 + iota
	Stable
	Watch
	Changed
)

// The bounds of alarms.
const (
	WatchFrom   = 100_000 // millionths
	ChangedFrom = 250_000
	ScoredMin   = 100
)

// String is the name used in API and console.
func (a Alarm) String() string { return [...]string{"", "too_few", "stable", "watch", "changed"}[a] }

// AlarmOf is what an index, in millionths, of so many cases says.
func AlarmOf(index int64, scored uint64) Alarm {
	switch {
	case scored < ScoredMin:
		return TooFew
	case index >= ChangedFrom:
		return Changed
	case index >= WatchFrom:
		return Watch
	}
	return Stable
}

// Drift is how far a month is from the reference, in millionths of the index.
type Drift struct {
	Month    uint32
	Scored   uint64
	Scores   int64
	Features []int64 // in the table's order
}

// Drift measures a month against the reference.
func (r *Reference) Drift(m *Month) Drift {
	d := Drift{Month: m.Month, Scored: m.Scored}
	if !r.Known() || len(m.Counts) != r.Bins() {
		return d
	}
	from := len(r.Scores.Counts)
	d.Scores = Stability(r.Scores.Counts, m.Counts[:from])
	d.Features = make([]int64, len(r.Features))
	for i := range r.Features {
		end := from + len(r.Features[i].Counts)
		d.Features[i] = Stability(r.Features[i].Counts, m.Counts[from:end])
		from = end
	}
	return d
}
