package credit

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// Rank is what a person may decide on in the credit department of a funder, or of the operator.
type Rank uint8

// The ranks, the lowest first. Who is given none is an analyst.
const (
	Analyst Rank = 1 + iota
	Officer
	Head
	Committee
)

// Ranks are the names used in API and console.
var Ranks = [...]string{"", "analyst", "officer", "head", "committee"}

// String is the name used in API and console.
func (r Rank) String() string { return Ranks[r] }

// Ranked gives a person a rank.
type Ranked struct {
	Actor id.Actor `cbor:"1,keyasint"`
	Rank  Rank     `cbor:"2,keyasint"`
}

// Tier says who approves up to an amount. The analyst whose view it is, and who applied, never count.
type Tier struct {
	Upto      money.Minor `cbor:"1,keyasint"` // in minor units of the application's currency
	Approvers uint8       `cbor:"2,keyasint"` // at least 1
	Rank      Rank        `cbor:"3,keyasint"` // of one approver at least; Analyst: anybody
}

// Recommendation is what a funder makes of the operator's reviews where it has none of its own.
type Recommendation uint8

// What a funder can make of them.
const (
	Adopted Recommendation = 1 + iota // it relies on them: its own review goes first where there is one
	OwnOnly                           // it does not: without its own review nothing is used
)

// Recommendations are the names used in API and console.
var Recommendations = [...]string{"", "adopted", "own_only"}

// String is the name used in API and console.
func (r Recommendation) String() string { return Recommendations[r] }

// Trigger opens a review by itself when a rolling fact of a party is at or above a bound.
type Trigger struct {
	Fact  string `cbor:"1,keyasint"`
	Bound int64  `cbor:"2,keyasint"` // with the fact's own decimals
}

// Bounds of a policy.
const (
	TiersMax    = 8
	RankedMax   = 64
	TriggersMax = 32
	NotchesMax  = 3
)

// Policy is how a funder, or the operator for its recommendations, reviews credit. The version before is replaced by it.
type Policy struct {
	ID             id.ReviewPolicy `cbor:"1,keyasint"`
	Funder         id.Party        `cbor:"2,keyasint,omitempty"` // 0 for the operator
	State          State           `cbor:"3,keyasint"`
	Tiers          []Tier          `cbor:"4,keyasint"` // ascending by amount; what is above the last is not approved
	Ranked         []Ranked        `cbor:"5,keyasint,omitempty"`
	Limit          LimitRule       `cbor:"6,keyasint"`
	RefuseFrom     uint8           `cbor:"7,keyasint,omitempty"` // grade from which on the reckoning refuses; 0: it never does
	Notches        uint8           `cbor:"8,keyasint"`           // by which an analyst may move the grade
	ReviewDays     uint16          `cbor:"9,keyasint"`           // at most between reviews
	Recommendation Recommendation  `cbor:"10,keyasint"`          // for the operator: Adopted
	Triggers       []Trigger       `cbor:"11,keyasint,omitempty"`
	News           Severity        `cbor:"12,keyasint,omitempty"` // of news that opens a review; 0: none does
	Reason         [32]byte        `cbor:"13,keyasint"`           // in the vault
	Maker          id.Actor        `cbor:"14,keyasint"`
	Checker        id.Actor        `cbor:"15,keyasint"`
	Entry          uint64          `cbor:"16,keyasint"`
}

// DefaultPolicy is what a funder without one of its own reviews by: a person looks at everything, nothing opens by itself.
var DefaultPolicy = Policy{
	State: Live, Limit: DefaultLimitRule, Notches: 2, ReviewDays: 400, Recommendation: Adopted,
	Tiers: []Tier{{1_000_000_00, 1, Analyst}, {money.MinorMax, 2, Analyst}},
}

// ReviewDaysMax is the longest time for which a review may be relied on.
const ReviewDaysMax = 400

// Flaw says why a policy can't be; "" for one that can.
func (p *Policy) Flaw() string {
	switch {
	case len(p.Tiers) == 0 || len(p.Tiers) > TiersMax || len(p.Ranked) > RankedMax || len(p.Triggers) > TriggersMax:
		return "it has no tiers, or too much of something"
	case p.RefuseFrom > GradeMax || p.Notches > NotchesMax || p.ReviewDays < 1 || p.ReviewDays > ReviewDaysMax:
		return "the grade from which on it refuses, the notches or the days between reviews are out of range"
	case p.Recommendation != Adopted && p.Recommendation != OwnOnly || p.News > Grave:
		return "it does not say what the operator's reviews are to it, or names a severity that there is not"
	}
	for i, t := range p.Tiers {
		if t.Upto <= 0 || t.Upto > money.MinorMax || i > 0 && t.Upto <= p.Tiers[i-1].Upto || t.Approvers < 1 || t.Approvers > 5 || t.Rank < Analyst || t.Rank > Committee {
			return "tiers ascend, each with 1 to 5 approvers and a rank"
		}
		if i > 0 && (t.Approvers < p.Tiers[i-1].Approvers || t.Rank < p.Tiers[i-1].Rank) {
			return "a higher tier asks for no less"
		}
	}
	for i, r := range p.Ranked {
		if r.Rank < Analyst || r.Rank > Committee || i > 0 && r.Actor <= p.Ranked[i-1].Actor {
			return "persons with a rank stand in ascending order, each once"
		}
	}
	for i, t := range p.Triggers {
		if !IsName(t.Fact) || i > 0 && t.Fact <= p.Triggers[i-1].Fact {
			return "triggers name facts in ascending order, each once"
		}
	}
	return p.Limit.Flaw()
}

// Tier is the one that an amount falls into; false where the policy approves none so large.
func (p *Policy) Tier(amount money.Minor) (Tier, bool) {
	for _, t := range p.Tiers {
		if amount <= t.Upto {
			return t, true
		}
	}
	return Tier{}, false
}

// RankOf is the rank of a person.
func (p *Policy) RankOf(actor id.Actor) Rank {
	for _, r := range p.Ranked {
		if r.Actor == actor {
			return r.Rank
		}
	}
	return Analyst
}

// Enough tells whether these persons may approve in a tier.
func (p *Policy) Enough(t Tier, approvals []id.Actor) bool {
	highest := Rank(0)
	for _, a := range approvals {
		highest = max(highest, p.RankOf(a))
	}
	return len(approvals) >= int(t.Approvers) && highest >= t.Rank
}
