package duplicate

import "math/bits"

// Score is a weight of evidence in hundredths of a bit: 100 says that what was seen is twice as likely for a repeat as
// for a new deal (log-likelihood ratio, Good 1950). Weights of independent features add up.
type Score int32

const bit = Score(100)

// log2 is the logarithm to base 2 of v / 256, in hundredths of a bit, rounded down; v is at least 1.
func log2(v uint64) Score {
	v = max(1, v)
	whole := bits.Len64(v) - 1
	// Squaring a mantissa in [1, 2) doubles its logarithm: seven squarings give seven binary digits.
	mantissa := v << (63 - whole) >> 32 // 2^31 <= mantissa < 2^32
	fraction := Score(0)
	for range 7 {
		mantissa = mantissa * mantissa >> 31
		fraction <<= 1
		if mantissa >= 1<<32 {
			fraction |= 1
			mantissa >>= 1
		}
	}
	return Score(whole-8)*bit + fraction*bit>>7
}

// ratio is log2 of a / b for numbers of 256ths.
func ratio(a, b uint64) Score { return log2(a) - log2(b) }
