package train

import "millrace/domain/score"

// leakAUC is from where a column by itself is hardly known before the outcome.
const leakAUC = 0.99

// Leaks names the columns that alone tell the outcome nearly always; categories are told by their share of bads where a category has
// twenty cases or more.
func (d *Data) Leaks() []string {
	var names []string
	for c := range d.Columns {
		column := &d.Columns[c]
		values := column.Values
		if n := len(column.Categories); n > 0 {
			counts := make([]tally, n)
			for i, v := range values {
				if v != score.Missing && d.Bad[i] {
					counts[v].bads++
				} else if v != score.Missing {
					counts[v].goods++
				}
			}
			values = make([]int64, len(column.Values))
			for i, v := range column.Values {
				if values[i] = score.Missing; v != score.Missing && counts[v].cases() >= 20 {
					values[i] = micro(counts[v].share())
				}
			}
		}
		if p, _ := power(rank(values, d.Bad)); p.AUC > leakAUC || p.AUC < 1-leakAUC {
			names = append(names, column.Name)
		}
	}
	return names
}
