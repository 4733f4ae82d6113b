package credit

import (
	"math/bits"

	"millrace/domain/id"
	"millrace/domain/money"
)

// MasterScale says which grade a probability of default within a year means. Version 0 is DefaultScale.
type MasterScale struct {
	ID      id.MasterScale       `cbor:"1,keyasint"`
	State   State                `cbor:"2,keyasint"`
	Upto    [GradeMax]money.Rate `cbor:"3,keyasint"` // highest probability of grade 1, 2, …, in millionths; the last is 1,000,000
	Reason  [32]byte             `cbor:"4,keyasint"` // in the vault
	Maker   id.Actor             `cbor:"5,keyasint"`
	Checker id.Actor             `cbor:"6,keyasint"`
	Entry   uint64               `cbor:"7,keyasint"`
}

// DefaultScale is the scale that ships with the program: bounds at which each grade is about twice as risky as the one before.
var DefaultScale = MasterScale{State: Live, Upto: [GradeMax]money.Rate{300, 1_000, 2_500, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 1_000_000}}

// Flaw says why the bounds are no scale; "" for one.
func (s *MasterScale) Flaw() string {
	before := money.Rate(0)
	for _, upto := range s.Upto {
		if upto <= before {
			return "the bounds do not ascend from above zero"
		}
		before = upto
	}
	if before != money.RateOne {
		return "the last grade ends at certainty, 1,000,000 millionths"
	}
	return ""
}

// Grade is the grade of a probability in millionths.
func (s *MasterScale) Grade(probability money.Rate) uint8 {
	for i, upto := range s.Upto {
		if probability <= upto {
			return uint8(i + 1)
		}
	}
	return GradeMax
}

// Odds says how a score is read: at Points units the odds of good to bad are Odds to one, and Double units more double them.
type Odds struct {
	Units  int64 // of the score
	Points int64 // units
	Odds   int64 // above zero, at most OddsMax
	Double int64 // units, above zero
}

// OddsMax is the highest odds at which a scale of scores may be fixed.
const OddsMax = 1 << 20

// powers are 2 to the power of 1/2, 1/4, 1/8, …, with 62 binary places.
var powers = [20]uint64{
	6521908912666391106, 5484249825272419512, 5029079263719320435, 4815862801830788490, 4712668792719003884, 4661903986662671290, 4636727017470743990,
	4624189567668517720, 4617933561212708776, 4614808732577250068, 4613247111281068008, 4612466498810092975, 4612076242109103707, 4611881126141011236,
	4611783571252412754, 4611734794581956353, 4611710406440186476, 4611698212417665819, 4611692115418496524, 4611689066921934630,
}

// Probability is the probability of default that a score means, in millionths, 1 to 999,999: 1 / (1 + odds), where odds are
// Odds × 2^((Units − Points) / Double), as scorecards are scaled (N. Siddiqi, Credit Risk Scorecards, 2006, chapter 6). It is
// reckoned in integers, the power with 20 binary places of its exponent, and so is the same on every processor.
func (o Odds) Probability() money.Rate {
	excess := o.Units - o.Points
	whole, rest := excess/o.Double, excess%o.Double
	if rest < 0 {
		whole, rest = whole-1, rest+o.Double
	}
	switch {
	case whole > 20:
		return 1
	case whole < -62:
		return money.RateOne - 1
	}
	high, low := bits.Mul64(uint64(rest), 1<<20)
	fraction, _ := bits.Div64(high, low, uint64(o.Double))
	power := uint64(1) << 62
	for i, p := range powers {
		if fraction&(1<<(19-i)) != 0 {
			h, l := bits.Mul64(power, p)
			power = h<<2 | l>>62
		}
	}
	h, l := bits.Mul64(power, uint64(o.Odds))
	odds := uint64(0) // with 20 binary places
	switch shift := uint(42 - whole); {
	case shift < 64:
		odds = h<<(64-shift) | l>>shift
	default:
		odds = h >> (shift - 64)
	}
	below := odds + 1<<20
	probability := money.Rate((uint64(money.RateOne)<<20 + below/2) / below)
	return min(max(probability, 1), money.RateOne-1)
}
