package train

import (
	"math"
	"math/rand/v2"
	"slices"

	"millrace/domain/score"
)

// The defaults of categories: what a category's share of bads is pulled to the overall one by, and in how many parts shares are learnt
// so that no case is told its own outcome.
const (
	categoryPull  = 10.0
	categoryParts = 5
)

// encoder turns one column into facts: the identity for a number; for a category the place of its share of bads among those of all.
type encoder struct {
	feature score.Feature
	shares  []float64 // by rank, ascending
	overall float64
	facts   []int64 // by place of the category in the column
}

// encode learns a column from the rows of a fold. own gives each of these rows what boosting sees: for categories the share in parts of a
// millionth, learnt without the row's part.
func encode(column *Column, bad []bool, rows []int, random *rand.Rand) (e encoder, own []int64) {
	e.feature = score.Feature{Name: column.Name, Digits: uint8(column.Digits)}
	own = make([]int64, len(rows))
	if len(column.Categories) == 0 {
		for i, row := range rows {
			own[i] = column.Values[row]
		}
		return e, own
	}
	type count struct{ bads, cases float64 }
	counts := make([]count, len(column.Categories))
	parts := make([][]count, categoryParts)
	part, of := make([]count, categoryParts), make([]int, len(rows))
	var all count
	for k := range parts {
		parts[k] = make([]count, len(column.Categories))
	}
	add := func(c *count, isBad bool) {
		c.cases++
		if isBad {
			c.bads++
		}
	}
	for i, row := range rows {
		of[i] = random.IntN(categoryParts)
		add(&all, bad[row])
		add(&part[of[i]], bad[row])
		if v := column.Values[row]; v != score.Missing {
			add(&counts[v], bad[row])
			add(&parts[of[i]][v], bad[row])
		}
	}
	e.overall = all.bads / all.cases
	for i, row := range rows {
		v, k := column.Values[row], of[i]
		if own[i] = v; v != score.Missing {
			overall := (all.bads - part[k].bads) / math.Max(1, all.cases-part[k].cases)
			bads, cases := counts[v].bads-parts[k][v].bads, counts[v].cases-parts[k][v].cases
			own[i] = micro((bads + categoryPull*overall) / (cases + categoryPull))
		}
	}
	var order []int
	share := make([]float64, len(counts))
	for v, c := range counts {
		if c.cases > 0 {
			share[v] = (c.bads + categoryPull*e.overall) / (c.cases + categoryPull)
			order = append(order, v)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case share[a] < share[b]:
			return -1
		case share[a] > share[b]:
			return 1
		}
		return a - b
	})
	e.rank(column, order, share)
	return e, own
}

// rank gives the categories even facts in the order of their shares, and what is not listed the odd one where the overall share would stand.
func (e *encoder) rank(column *Column, order []int, share []float64) {
	below := 0
	for k, v := range order {
		e.feature.Categories = append(e.feature.Categories, score.Category{Text: column.Categories[v], Fact: int64(2 * k)})
		e.shares = append(e.shares, share[v])
		if share[v] < e.overall {
			below++
		}
	}
	if len(order) == 0 {
		e.feature.Categories = []score.Category{{Text: "-", Fact: 0}}
		e.shares = []float64{e.overall}
	}
	e.feature.Otherwise = int64(2*below - 1)
	e.facts = make([]int64, len(column.Categories))
	for v := range e.facts {
		e.facts[v] = e.feature.Otherwise
	}
	for k, v := range order {
		e.facts[v] = int64(2 * k)
	}
}

// fact is what a table is asked with; a category that the fold does not know is its Otherwise.
func (e *encoder) fact(value int64) int64 {
	if e.facts == nil || value == score.Missing {
		return value
	}
	return e.facts[value]
}

// limit turns a bound of what boosting sees into one of facts.
func (e *encoder) limit(bound int64) int64 {
	if e.facts == nil {
		return bound
	}
	count := 0
	for count < len(e.shares) && micro(e.shares[count]) <= bound {
		count++
	}
	if bound >= micro(e.overall) {
		return int64(2*count - 1)
	}
	return int64(2*count - 2)
}

func micro(share float64) int64 { return int64(math.Round(share * 1e6)) }

// binsMost is how many classes a feature is cut into besides the one for missing facts.
const binsMost = 254

// binned is the features of some rows in classes: 0 is missing, class k holds what is above limits[k-2] up to limits[k-1].
type binned struct {
	columns [][]uint8
	limits  [][]int64
	rows    int
}

// bin cuts the values of each feature into classes of as many cases as possible alike.
func bin(values [][]int64) *binned {
	b := &binned{columns: make([][]uint8, len(values)), limits: make([][]int64, len(values)), rows: len(values[0])}
	for f, column := range values {
		limits := quantiles(column, binsMost)
		b.limits[f] = limits
		codes := make([]uint8, len(column))
		for i, v := range column {
			if v != score.Missing {
				place, _ := slices.BinarySearch(limits, v)
				codes[i] = uint8(place + 1)
			}
		}
		b.columns[f] = codes
	}
	return b
}

// quantiles are the upper bounds of all classes but the last, each midway between two values that are there: one class a value where
// the classes suffice, else as many cases in each as possible alike.
func quantiles(column []int64, classes int) []int64 {
	sorted := slices.Sorted(slices.Values(column))
	first := 0
	for first < len(sorted) && sorted[first] == score.Missing {
		first++
	}
	sorted = sorted[first:]
	distinct := 0
	for i := range sorted {
		if i == 0 || sorted[i] != sorted[i-1] {
			distinct++
		}
	}
	single := distinct <= classes
	var limits []int64
	left, from := len(sorted), 0
	for i := 1; i < len(sorted) && classes > 1; i++ {
		if sorted[i] == sorted[i-1] {
			continue
		}
		if single || (i-from)*classes >= left {
			limits = append(limits, sorted[i-1]+(sorted[i]-sorted[i-1])/2)
			left, from, classes = left-(i-from), i, classes-1
		}
	}
	return limits
}
