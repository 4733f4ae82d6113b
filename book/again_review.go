package book

import (
	"slices"

	"millrace/domain/credit"
	"millrace/domain/money"
	"millrace/domain/risk"
)

// ReviewOutcome is what the facts of a review come to.
type ReviewOutcome struct {
	Scored      []int64 // units of each model that was asked, in the order of the decision
	Units       int64   // by which the review was graded
	Probability money.Rate
	Grade       uint8
}

// AgainReview reckons a review again from the facts that its decision keeps, under the models and the master scale that it names, and what
// the decision says that came of it. The two are the same to the last bit. False where the decision is no review, or the book does not
// know what it names.
func (b *Book) AgainReview(made *risk.Decision) (said, again ReviewOutcome, known bool) {
	scale := &credit.DefaultScale
	if made.Scale != 0 {
		scale = b.masterScales.at(made.Scale.Number())
	}
	if made.Purpose != risk.AtReview || scale == nil {
		return said, again, false
	}
	said = ReviewOutcome{Units: made.Units, Probability: made.Probability, Grade: made.Grade}
	fact := func(name string) (int64, uint8, bool) {
		at := slices.IndexFunc(made.Named, func(f risk.NamedFact) bool { return f.Name == name })
		if at < 0 {
			return 0, 0, false
		}
		return made.Named[at].Value, made.Named[at].Decimals, true
	}
	reader, champion := expert, false
	for i, s := range made.Scored {
		m := b.models.at(s.Model.Number())
		if m == nil {
			return said, again, false
		}
		asked := newModelReader(m)
		said.Scored = append(said.Scored, s.Units)
		again.Scored = append(again.Scored, asked.ask(s.Model, fact).Units)
		if i == 0 && !s.Shadow {
			again.Units, reader, champion = again.Scored[0], asked.scorer, true
		}
	}
	if !champion {
		again.Units = expertUnits(fact)
	}
	again.Probability = probability(again.Units, &reader.Table().Scale)
	again.Grade = scale.Grade(again.Probability)
	return said, again, true
}

// Same tells whether two outcomes are one.
func (o *ReviewOutcome) Same(other *ReviewOutcome) bool {
	return slices.Equal(o.Scored, other.Scored) && o.Units == other.Units && o.Probability == other.Probability && o.Grade == other.Grade
}
