package economy

import (
	"math"
	"math/rand/v2"
)

// below is the standard normal distribution function.
func below(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// deviate is its inverse: the standard normal deviate below which lies a share, 0 to 1 without both ends.
func deviate(share float64) float64 {
	return -math.Sqrt2 * math.Erfcinv(2*min(max(share, 1e-12), 1-1e-12))
}

// logNormal is a distribution whose logarithm is normal with mean and deviation, and of which nothing lies below least.
type logNormal struct{ mean, deviation, least float64 }

// cut is the share of the whole distribution that lies below least.
func (d logNormal) cut() float64 {
	if d.least <= 0 {
		return 0
	}
	return below((math.Log(d.least) - d.mean) / d.deviation)
}

// at gives the quantile of a share.
func (d logNormal) at(share float64) float64 {
	cut := d.cut()
	return math.Exp(d.mean + d.deviation*deviate(cut+(1-cut)*share))
}

// share is what lies below a value.
func (d logNormal) share(value float64) float64 {
	if value <= d.least {
		return 0
	}
	cut := d.cut()
	return (below((math.Log(value)-d.mean)/d.deviation) - cut) / (1 - cut)
}

// logLikelihood of count values whose logarithms add up to sum, and their squares to squares.
func (d logNormal) logLikelihood(count, sum, squares float64) float64 {
	spread := squares - 2*d.mean*sum + count*d.mean*d.mean
	return -count*math.Log(d.deviation) - spread/(2*d.deviation*d.deviation) - count*math.Log(max(1-d.cut(), 1e-300))
}

// likeliest fits a distribution to values that are least or more: the maximum of the likelihood, found by steps along both parameters that are
// halved when none helps.
func likeliest(values []weighted, least float64) logNormal {
	count, sum, squares := 0.0, 0.0, 0.0
	for _, v := range values {
		l := math.Log(v.value)
		count, sum, squares = count+v.weight, sum+v.weight*l, squares+v.weight*l*l
	}
	mean := sum / count
	best := logNormal{mean, max(math.Sqrt(max(squares/count-mean*mean, 0)), 1e-3), least}
	reached := best.logLikelihood(count, sum, squares)
	for step := 1.0; step > 1e-7; {
		improved := false
		for _, turn := range [...][2]float64{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}} {
			next := best
			next.mean, next.deviation = best.mean+turn[0]*step, best.deviation*math.Exp(turn[1]*step/4)
			if next.mean < mean-20 { // a tail alone says no more about where the middle is
				continue
			}
			if likelihood := next.logLikelihood(count, sum, squares); likelihood > reached {
				best, reached, improved = next, likelihood, true
			}
		}
		if !improved {
			step /= 2
		}
	}
	return best
}

// source is a stream of draws of one thing: what is drawn for it does not move what is drawn for another.
type source struct{ *rand.Rand }

func newSource(seed uint64, stream uint64) source { return source{rand.New(rand.NewPCG(seed, stream))} }

// chance tells whether something of a probability in per mille happens.
func (s source) chance(perMille int) bool { return s.IntN(1000) < perMille }

// between draws a whole number, both ends included.
func (s source) between(least, most int) int { return least + s.IntN(most-least+1) }

// events draws how often something happens that happens so often on the mean (Knuth's product of uniform draws; means are small).
func (s source) events(mean float64) int {
	bound, product, count := math.Exp(-min(mean, 500)), s.Float64(), 0
	for product > bound {
		product *= s.Float64()
		count++
	}
	return count
}
