package train

import (
	"fmt"
	"math"

	"millrace/domain/score"
	"millrace/edge/modelfile"
)

// The default pull of a scorecard's coefficients towards nothing, half of it times their squares.
const ridge = 4.0

// scorecard fits a scorecard to rows: every feature binned by itself, then a logistic regression on the steps of the bins' weights of
// evidence. A feature that is held to a direction gets points that only go there; those of others may go against the evidence where
// another feature tells the same, as of ratios that share a numerator.
func scorecard(d *Data, rows []int, unitsPerPoint int64, monotone []int8, seed uint64) (*fitted, error) {
	f := &fitted{encoders: make([]encoder, len(d.Columns))}
	features := make([]score.Feature, len(d.Columns))
	bad, all := make([]bool, len(rows)), tally{}
	for i, row := range rows {
		if bad[i] = d.Bad[row]; bad[i] {
			all.bads++
		} else {
			all.goods++
		}
	}
	if all.bads == 0 || all.goods == 0 {
		return nil, fmt.Errorf("all %d cases have one outcome", len(rows))
	}
	grid := design{bad: bad}
	for c := range d.Columns {
		var values []int64
		f.encoders[c], values = encode(&d.Columns[c], d.Bad, rows, draws(seed, 1000+uint64(c)))
		features[c] = f.encoders[c].feature
		direction := int8(0)
		if monotone != nil {
			direction = monotone[c]
		}
		l := evidence(values, bad, all, direction)
		if l.feature = c; l.useless() {
			continue
		}
		grid.add(&l, values, direction)
		f.lines = append(f.lines, l)
	}
	weights, intercept := grid.fit(ridge)
	f.table = score.Table{Name: "scorecard", Features: features, Scale: modelfile.Scale(unitsPerPoint)}
	for i := range f.lines {
		intercept += f.lines[i].settle(weights[grid.from[i]:grid.from[i+1]], len(rows))
	}
	f.table.Base = modelfile.UnitsAt(f.table.Scale, intercept)
	for i := range f.lines {
		if l := &f.lines[i]; l.tells() {
			f.table.Characteristics = append(f.table.Characteristics, f.characteristic(l))
		}
	}
	if len(f.table.Characteristics) == 0 {
		f.table.Characteristics = []score.Characteristic{{Units: []int64{0}}}
	}
	return f, nil
}

// settle gives the bins their effects on the log odds of bad, centred on the average case, and returns what goes to the intercept.
func (l *line) settle(weights []float64, rows int) float64 {
	effect, mean := 0.0, 0.0
	for k := range l.bins {
		if k > 0 {
			effect += weights[k] * (l.bins[k].Evidence - l.bins[k-1].Evidence)
		}
		l.bins[k].Effect = effect
		mean += effect * float64(l.bins[k].Goods+l.bins[k].Bads) / float64(rows)
	}
	missing := l.missing.Goods + l.missing.Bads
	l.missing.Effect = mean // a fact that was never missing counts for nothing when it is
	if missing > 0 {
		l.missing.Effect = weights[0] * (l.missing.Evidence - l.bins[0].Evidence)
		mean += l.missing.Effect * float64(missing) / float64(rows)
	}
	for k := range l.bins {
		l.bins[k].Effect -= mean
	}
	l.missing.Effect -= mean
	return mean
}

// tells says whether any bin has an effect.
func (l *line) tells() bool {
	for _, b := range l.bins {
		if b.Effect != 0 {
			return true
		}
	}
	return l.missing.Effect != 0
}

// useless says that a feature tells nothing: one bin, and no cases without a fact to tell from it.
func (l *line) useless() bool { return len(l.bins) == 0 || len(l.bins) == 1 && l.missing.Evidence == 0 }

func (f *fitted) characteristic(l *line) score.Characteristic {
	c := score.Characteristic{Feature: l.feature}
	perLogOdds := modelfile.UnitsPerLogOdds(f.table.Scale)
	units := func(effect float64) int64 { return int64(math.Round(-perLogOdds * effect)) }
	c.Missing = units(l.missing.Effect)
	for i, b := range l.bins {
		if upto := b.Upto; i < len(l.bins)-1 {
			upto = f.encoders[l.feature].limit(upto)
			// Two bounds between the same categories leave nothing between them.
			if k := len(c.Upto); k > 0 && upto <= c.Upto[k-1] {
				c.Units[k-1] = units(b.Effect)
				continue
			}
			c.Upto = append(c.Upto, upto)
		}
		c.Units = append(c.Units, units(b.Effect))
	}
	return c
}
