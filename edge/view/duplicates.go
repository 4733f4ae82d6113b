package view

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/money"
)

// Duplicates is what a programme does with each result of the ladder of duplicates. An exact repeat is never a second
// receivable, whatever the programme says.
type Duplicates struct {
	Renumbered string `json:"renumbered,omitempty" enum:"default,note,refer,block" doc:"the same goods and amount under another number; default refer"`
	Near       string `json:"near,omitempty" enum:"default,note,refer,block" doc:"number, amount and date each the same or a little off; default refer"`
	CrossType  string `json:"cross_type,omitempty" enum:"default,note,refer,block" doc:"the same trade by evidence of another type; default block"`
	SameAmount string `json:"same_amount,omitempty" enum:"default,note,refer,block" doc:"the same amount with nothing else to compare; default refer"`
	Aggregate  string `json:"aggregate,omitempty" enum:"default,note,refer,block" doc:"more financed on a trade than ordered and received; default refer"`
	ReferFrom  string `json:"refer_from,omitempty" doc:"weight in bits from which something is done; default 6.00"`
	NearAmount string `json:"near_amount,omitempty" doc:"per cent by which a near amount may differ, at most 1; default 1"`
	NearDays   int32  `json:"near_days,omitempty" minimum:"0" maximum:"10" doc:"days by which a near date may differ; default 10"`
	Tolerance  string `json:"tolerance,omitempty" doc:"per cent by which the sum financed on a trade may lie above what was ordered and received; default 5"`
}

func duplicatesOf(chosen funding.DuplicatePolicy) *Duplicates {
	p := chosen.Effective()
	return &Duplicates{
		Renumbered: p.Renumbered.String(), Near: p.Near.String(), CrossType: p.CrossType.String(), SameAmount: p.SameAmount.String(),
		Aggregate: p.Aggregate.String(), ReferFrom: money.FormatScaled(int64(p.ReferFrom), 2), NearAmount: money.FormatScaled(int64(p.NearAmount), 4),
		NearDays: p.NearDays, Tolerance: money.FormatScaled(int64(p.Tolerance), 4),
	}
}

// Policy gives what was written as a policy, and whether it is one.
func (s *Duplicates) Policy() (funding.DuplicatePolicy, bool) {
	p, ok := funding.DuplicatePolicy{NearDays: s.NearDays}, true
	for _, part := range []struct {
		text string
		to   *funding.DuplicateAction
	}{
		{s.Renumbered, &p.Renumbered}, {s.Near, &p.Near}, {s.CrossType, &p.CrossType}, {s.SameAmount, &p.SameAmount}, {s.Aggregate, &p.Aggregate},
	} {
		action := slices.Index(funding.DuplicateActionNames[:], part.text)
		if part.text == "" {
			action = 0
		}
		ok = ok && action >= 0
		*part.to = funding.DuplicateAction(max(0, action))
	}
	for _, part := range []struct {
		text   string
		digits int
		to     *int32
	}{{s.ReferFrom, 2, &p.ReferFrom}, {s.NearAmount, 4, &p.NearAmount}, {s.Tolerance, 4, &p.Tolerance}} {
		if part.text == "" {
			continue
		}
		value, err := money.ParseScaled(part.text, part.digits)
		ok = ok && err == nil && value >= 0 && value <= 1<<30
		*part.to = int32(min(max(value, 0), 1<<30))
	}
	return p, ok && p.Valid()
}
