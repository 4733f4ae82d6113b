package train

import (
	"cmp"
	"math"
	"slices"
)

// ranked is a case by its score, higher is better.
type ranked struct {
	score int64
	bad   bool
}

func rank(scores []int64, bad []bool) []ranked {
	all := make([]ranked, len(scores))
	for i := range scores {
		all[i] = ranked{scores[i], bad[i]}
	}
	slices.SortFunc(all, func(a, b ranked) int { return cmp.Compare(a.score, b.score) })
	return all
}

// Power says how well scores tell bad cases from good ones. AUC is the chance that a bad case scores below a good one, ties counted
// half; Gini is 2 AUC − 1; KS the largest distance between the two distributions.
type Power struct{ AUC, Gini, KS float64 }

// Curve is the share of all good (X) and of all bad cases (Y) at and below each score.
type Curve struct{ X, Y []float64 }

// power measures scores; both outcomes must be there.
func power(all []ranked) (Power, Curve) {
	var goods, bads float64
	for _, r := range all {
		if r.bad {
			bads++
		} else {
			goods++
		}
	}
	var p Power
	curve := Curve{X: []float64{0}, Y: []float64{0}}
	var g, b, area float64
	for i := 0; i < len(all); {
		at, g0, b0 := all[i].score, g, b
		for ; i < len(all) && all[i].score == at; i++ {
			if all[i].bad {
				b++
			} else {
				g++
			}
		}
		area += (g - g0) * (b + b0) / 2
		p.KS = math.Max(p.KS, math.Abs(b/bads-g/goods))
		curve.X, curve.Y = append(curve.X, g/goods), append(curve.Y, b/bads)
	}
	p.AUC = area / (goods * bads)
	p.Gini = 2*p.AUC - 1
	return p, curve
}

// Group is a tenth of the cases by score, the worst first: what was foretold and what came. Lift is its share of bads over that of all.
type Group struct {
	Cases, Bads         int
	ScoreFrom, ScoreTo  int64
	Foretold, Came      float64
	Lift, LiftSoFar     float64
	BadsSoFar, CasesTil float64 // shares of all
}

// groups cuts cases into tenths. foretold is the probability of bad of each score.
func groups(all []ranked, foretold func(int64) float64) []Group {
	var result []Group
	total := 0
	for _, r := range all {
		if r.bad {
			total++
		}
	}
	overall := float64(total) / float64(len(all))
	soFar, cases := 0, 0
	for k := range 10 {
		part := all[k*len(all)/10 : (k+1)*len(all)/10]
		if len(part) == 0 {
			continue
		}
		g := Group{Cases: len(part), ScoreFrom: part[0].score, ScoreTo: part[len(part)-1].score}
		for _, r := range part {
			g.Foretold += foretold(r.score) / float64(len(part))
			if r.bad {
				g.Bads++
			}
		}
		soFar, cases = soFar+g.Bads, cases+g.Cases
		g.Came = float64(g.Bads) / float64(g.Cases)
		g.Lift = g.Came / overall
		g.LiftSoFar = float64(soFar) / float64(cases) / overall
		g.BadsSoFar, g.CasesTil = float64(soFar)/float64(total), float64(cases)/float64(len(all))
		result = append(result, g)
	}
	return result
}

// Calibration says how far probabilities are from outcomes: the Brier score, the logarithmic loss, the mean foretold over the mean
// that came, and the error over tenths weighted by their cases.
type Calibration struct{ Brier, LogLoss, Ratio, TenthsError float64 }

func calibrate(all []ranked, tenths []Group, foretold func(int64) float64) Calibration {
	var c Calibration
	var sum, bads float64
	for _, r := range all {
		p := foretold(r.score)
		sum += p
		y := 0.0
		if r.bad {
			y = 1
			bads++
		}
		c.Brier += (p - y) * (p - y)
		c.LogLoss -= y*math.Log(math.Max(p, 1e-12)) + (1-y)*math.Log(math.Max(1-p, 1e-12))
	}
	n := float64(len(all))
	c.Brier, c.LogLoss, c.Ratio = c.Brier/n, c.LogLoss/n, sum/bads
	for _, g := range tenths {
		c.TenthsError += math.Abs(g.Foretold-g.Came) * float64(g.Cases) / n
	}
	return c
}

// stability is the population stability index of shares now against shares before: Σ (now − before) × ln(now ÷ before). Empty classes
// count as a half case.
func stability(before, now []float64) float64 {
	var b, n, index float64
	for i := range before {
		b, n = b+before[i], n+now[i]
	}
	for i := range before {
		x, y := math.Max(before[i], 0.5)/b, math.Max(now[i], 0.5)/n
		index += (y - x) * math.Log(y/x)
	}
	return index
}

// tenthsOf gives bounds that cut scores into tenths, and counts by them.
func tenthsOf(scores []int64) []int64 {
	sorted := slices.Sorted(slices.Values(scores))
	var bounds []int64
	for k := 1; k < 10; k++ {
		bounds = append(bounds, sorted[k*len(sorted)/10])
	}
	return slices.Compact(bounds)
}

func countBy(bounds, scores []int64) []float64 {
	counts := make([]float64, len(bounds)+1)
	for _, s := range scores {
		place, _ := slices.BinarySearch(bounds, s)
		counts[place]++
	}
	return counts
}
