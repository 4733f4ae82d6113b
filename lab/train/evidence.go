package train

import (
	"math"

	"millrace/domain/score"
)

// The defaults of binning.
const (
	turnFactor    = 1.15 // by how much a turn must raise the information, and turnValue besides
	turnValue     = 0.01
	prebins       = 64    // classes of equal size before merging
	binShareLeast = 0.003 // of the cases, in a bin
	binsLeastBads = 3     // of each outcome, in a bin
	evidencePull  = 6.0   // cases of the overall share that are added to a bin before its evidence is taken
	mergeBelow    = 0.5   // chi-square of two neighbours
	evidenceMost  = 3.5   // a bin's weight of evidence is held within
)

// Bin is one attribute of a characteristic, learnt on the cases of a fit. Evidence is ln(share of bads here ÷ share of goods here), the
// weight of evidence for bad, after pulling.
type Bin struct {
	Upto        int64 // of the fact; the last bin has none
	Goods, Bads int
	Evidence    float64
	Effect      float64 // on the log odds of bad, after the regression
}

// line is one characteristic before points.
type line struct {
	feature int
	bins    []Bin
	missing Bin
	value   float64 // information value: Σ (bads − goods) × evidence, as shares
}

type tally struct{ goods, bads int }

func (t tally) plus(u tally) tally { return tally{t.goods + u.goods, t.bads + u.bads} }
func (t tally) cases() int         { return t.goods + t.bads }
func (t tally) share() float64     { return float64(t.bads) / float64(t.cases()) }

// evidence bins one feature so that the share of bads only rises or only falls with it, whichever keeps more information; or with one
// turn, where that keeps much more, as of a ratio that is bad when it is low and when it is high. A direction that is asked for is
// kept to.
func evidence(values []int64, bad []bool, all tally, only int8) line {
	limits := quantiles(values, prebins)
	counts, missing := make([]tally, len(limits)+1), tally{}
	for i, v := range values {
		to := &missing
		if v != score.Missing {
			to = &counts[place(limits, v)]
		}
		if bad[i] {
			to.bads++
		} else {
			to.goods++
		}
	}
	best := line{value: math.Inf(-1)}
	for _, direction := range []float64{1, -1} {
		if only != 0 && direction != float64(only) {
			continue
		}
		if l := monotone(counts, limits, direction, all); l.value > best.value {
			best = l
		}
	}
	if only == 0 {
		if turned := turning(counts, limits, all); turned.value > turnFactor*best.value+turnValue {
			best = turned
		}
	}
	best.missing = weigh(missing, all, 0)
	if missing.cases() == 0 {
		best.missing.Evidence = 0
	}
	best.value += information(best.missing, all)
	return best
}

// place is the first limit that a value does not exceed.
func place(limits []int64, v int64) int {
	low, high := 0, len(limits)
	for low < high {
		if middle := (low + high) / 2; v <= limits[middle] {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

type run struct {
	tally
	upto  int64
	after bool // behind the turn
}

// turning gives the bins with one turn that keep the most information: up and then down, or down and then up.
func turning(counts []tally, limits []int64, all tally) line {
	best := line{value: math.Inf(-1)}
	for _, direction := range []float64{1, -1} {
		for turn := 2; turn < len(counts)-1; turn++ {
			if l := bent(counts, limits, direction, turn, all); l.value > best.value {
				best = l
			}
		}
	}
	return best
}

// monotone gives bins that go in one direction.
func monotone(counts []tally, limits []int64, direction float64, all tally) line {
	return bent(counts, limits, direction, len(counts), all)
}

// bent merges neighbours until shares go in one direction before the turn and in the other behind it, bins are large enough and differ.
func bent(counts []tally, limits []int64, direction float64, turn int, all tally) line {
	var runs []run
	for i, c := range counts {
		upto := int64(math.MaxInt64)
		if i < len(limits) {
			upto = limits[i]
		}
		if c.cases() == 0 {
			if len(runs) > 0 {
				runs[len(runs)-1].upto = upto
			}
			continue
		}
		after, way := i >= turn, direction
		if after {
			way = -direction
		}
		runs = append(runs, run{c, upto, after})
		for k := len(runs) - 1; k > 0 && runs[k-1].after == after && way*(runs[k].share()-runs[k-1].share()) <= 0; k-- {
			runs[k-1] = run{runs[k-1].plus(runs[k].tally), runs[k].upto, after}
			runs = runs[:k]
		}
	}
	least := int(math.Ceil(binShareLeast * float64(all.cases())))
	for len(runs) > 1 {
		at, small, low := -1, false, math.Inf(1)
		for k := 1; k < len(runs); k++ {
			tiny := runs[k-1].tooSmall(least) || runs[k].tooSmall(least)
			distance := chiSquare(runs[k-1].tally, runs[k].tally)
			if tiny && !small || tiny == small && distance < low {
				at, small, low = k, tiny, distance
			}
		}
		if !small && low >= mergeBelow {
			break
		}
		runs[at-1] = run{runs[at-1].plus(runs[at].tally), runs[at].upto, runs[at-1].after}
		runs = append(runs[:at], runs[at+1:]...)
	}
	var l line
	for _, r := range runs {
		b := weigh(r.tally, all, r.upto)
		l.bins = append(l.bins, b)
		l.value += information(b, all)
	}
	return l
}

func (t tally) tooSmall(least int) bool {
	return t.cases() < least || t.bads < binsLeastBads || t.goods < binsLeastBads
}

// chiSquare is Pearson's statistic of two rows of two outcomes.
func chiSquare(a, b tally) float64 {
	n := float64(a.cases() + b.cases())
	cross := float64(a.goods)*float64(b.bads) - float64(a.bads)*float64(b.goods)
	denominator := float64(a.cases()) * float64(b.cases()) * float64(a.goods+b.goods) * float64(a.bads+b.bads)
	if denominator == 0 {
		return 0
	}
	return n * cross * cross / denominator
}

func weigh(t tally, all tally, upto int64) Bin {
	overall := all.share()
	share := (float64(t.bads) + evidencePull*overall) / (float64(t.cases()) + evidencePull)
	e := math.Log(share/(1-share)) - math.Log(overall/(1-overall))
	return Bin{Upto: upto, Goods: t.goods, Bads: t.bads, Evidence: math.Max(-evidenceMost, math.Min(evidenceMost, e))}
}

func information(b Bin, all tally) float64 {
	return (float64(b.Bads)/float64(all.bads) - float64(b.Goods)/float64(all.goods)) * b.Evidence
}
