package train

import (
	"math"

	"millrace/domain/score"
	"millrace/edge/modelfile"
)

// referenceBins is how many classes of about equal size drift is watched by.
const referenceBins = 10

// File is the model as it is registered: the table fitted to all cases, what the plan was measured at, and how scores and features of the
// cases are distributed.
func (f *Fitted) File(d *Data, o *Outcome) (modelfile.File, error) {
	scorer, err := score.New(f.Table)
	if err != nil {
		return modelfile.File{}, err
	}
	scores, facts := make([]int64, d.Rows()), make([]int64, len(d.Columns))
	values := make([][]int64, len(d.Columns))
	for row := range scores {
		for c := range d.Columns {
			facts[c] = f.fitted.encoders[c].fact(d.Columns[c].Values[row])
			values[c] = append(values[c], facts[c])
		}
		scores[row] = scorer.Score(facts)
	}
	reference := score.Reference{Scores: score.DistributionOf(scores, referenceBins)}
	for c := range values {
		bins := referenceBins
		if len(d.Columns[c].Categories) > 0 {
			bins = score.BinsMax
		}
		reference.Features = append(reference.Features, score.DistributionOf(values[c], bins))
	}
	millionths := func(value float64) uint32 { return uint32(math.Round(math.Min(math.Max(value, 0), 1) * 1e6)) }
	return modelfile.File{
		Table: f.Table, Reference: reference,
		Training: score.Training{
			Cases: uint64(d.Rows()), Bads: uint64(d.Bads), Folds: uint32(len(o.Folds)), Seed: o.Seed,
			AUC: millionths(o.AUC), AUCSpread: millionths(o.AUCSpread), Gini: millionths(o.Gini), KS: millionths(o.KS),
		},
	}, nil
}
