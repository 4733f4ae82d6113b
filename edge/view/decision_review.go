package view

import (
	"millrace/domain/credit"
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/risk"
	"millrace/edge/access"
)

// ReviewBasis is what a party was graded by, as the decision on its review keeps it.
type ReviewBasis struct {
	Application string         `json:"application"`
	Funder      *Ref           `json:"funder,omitempty"` // whose review it is; missing: the operator recommends
	Units       int64          `json:"units"`            // of the score
	Probability string         `json:"probability"`      // of default within a year
	Grade       int            `json:"grade"`
	Scale       string         `json:"scale,omitempty"` // missing: the one that ships with the program
	Facts       []DecisionFact `json:"facts"`
}

// ReviewBasis gives what a decision on a review rests on, to who sees all; false for a decision on a use of credit.
func (v *View) ReviewBasis(c access.Caller, of id.Decision) (ReviewBasis, bool, error) {
	d, err := get(v, &decisions, c, of.Number())
	if err != nil {
		return ReviewBasis{}, false, err
	}
	if d.Purpose != risk.AtReview || !c.SeesAll() {
		return ReviewBasis{}, false, nil
	}
	s := &showing{View: v, caller: c}
	shown := ReviewBasis{
		Application: d.Application.String(), Funder: s.known(d.Funder), Units: d.Units, Probability: d.Probability.String(), Grade: int(d.Grade),
		Scale: d.Scale.String(), Facts: []DecisionFact{},
	}
	for _, f := range d.Named {
		title, unit := titleOfNamed(f.Name)
		shown.Facts = append(shown.Facts, DecisionFact{Name: f.Name, Value: f.Value, Unit: unit, Text: money.FormatScaled(f.Value, int(f.Decimals)), Title: title})
	}
	return shown, true, s.err
}

// titleOfNamed finds what a fact of a review is; both are "" for a figure that a bureau names itself.
func titleOfNamed(name string) (title, unit string) {
	for i := range credit.Named {
		if credit.Named[i].Name == name {
			return credit.Named[i].Title, credit.Named[i].Unit
		}
	}
	for _, f := range credit.BureauNamed {
		if f.Name == name {
			return f.Title, f.Unit
		}
	}
	if f := feature.Find(name); f != nil {
		return f.Title, string(f.Unit)
	}
	return "", ""
}
