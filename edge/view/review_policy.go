package view

import (
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/access"
)

// MasterScale says which grade a probability of default means.
type MasterScale struct {
	ID      string   `json:"id"`
	State   string   `json:"state" enum:"proposed,live,replaced"`
	Upto    []string `json:"upto" doc:"highest probability of grades 1 to 10, in percent"`
	Reason  string   `json:"reason"`
	Maker   *Ref     `json:"maker"`
	Checker *Ref     `json:"checker,omitempty"`
	Entry   uint64   `json:"entry"`
}

// ReviewTerms are how somebody reviews credit. Amounts are decimals in the currency of each application; shares and multipliers are
// percentages.
type ReviewTerms struct {
	Tiers          []ReviewTier    `json:"tiers" minItems:"1" maxItems:"8"`
	Ranked         []RankedPerson  `json:"ranked,omitempty" maxItems:"64"`
	EquityShare    string          `json:"equity_share"`
	TurnoverShare  string          `json:"turnover_share"`
	Multipliers    []string        `json:"multipliers" minItems:"10" maxItems:"10" doc:"of the base, by grade"`
	GroupShare     string          `json:"group_share" doc:"of the base, for all of a group; 0 for no bound"`
	RoundTo        int64           `json:"round_to" minimum:"1" doc:"in minor units"`
	RefuseFrom     int             `json:"refuse_from,omitempty" minimum:"0" maximum:"10" doc:"grade from which on the reckoning refuses; 0: never"`
	Notches        int             `json:"notches" minimum:"0" maximum:"3"`
	ReviewDays     int             `json:"review_days" minimum:"1" maximum:"400"`
	Recommendation string          `json:"recommendation" enum:"adopted,own_only" doc:"what the operator's reviews are to a funder that has none of its own"`
	Triggers       []ReviewTrigger `json:"triggers,omitempty" maxItems:"32"`
	News           string          `json:"news,omitempty" enum:"minor,serious,grave" doc:"from which severity on news open a review; missing: never"`
}

// ReviewTier says who approves up to an amount.
type ReviewTier struct {
	Upto      int64  `json:"upto" doc:"in minor units"`
	Approvers int    `json:"approvers" minimum:"1" maximum:"5"`
	Rank      string `json:"rank" enum:"analyst,officer,head,committee" doc:"of one approver at least"`
}

// RankedPerson gives a person a rank.
type RankedPerson struct {
	Actor string `json:"actor"`
	Rank  string `json:"rank" enum:"analyst,officer,head,committee"`
}

// ReviewTrigger opens a review when a rolling fact is at or above a bound.
type ReviewTrigger struct {
	Fact  string `json:"fact"`
	Bound int64  `json:"bound" doc:"with the fact's decimals"`
}

// ReviewPolicy is how somebody reviews credit, one version.
type ReviewPolicy struct {
	ID      string      `json:"id"`
	Funder  *Ref        `json:"funder,omitempty" doc:"missing: the operator, which recommends"`
	State   string      `json:"state" enum:"proposed,live,replaced"`
	Terms   ReviewTerms `json:"terms"`
	Reason  string      `json:"reason"`
	Maker   *Ref        `json:"maker"`
	Checker *Ref        `json:"checker,omitempty"`
	Entry   uint64      `json:"entry"`
}

var (
	masterScales   = source[credit.MasterScale]{table: "master_scale", state: "state", scope: shares(share{roles: anyRole, sql: "1"})}
	reviewPolicies = source[credit.Policy]{table: "review_policy", state: "state", scope: ownPolicies}
)

// ownPolicies: a funder sees its own, and no one else's.
func ownPolicies(_ *View, c access.Caller) (clause, error) {
	return where("funder = ?", int64(c.Party)), nil
}

// MasterScale gives a scale that the caller sees, else ErrNotFound.
func (v *View) MasterScale(c access.Caller, of id.MasterScale) (MasterScale, error) {
	return one(v, &masterScales, c, of.Number(), (*showing).showMasterScale)
}

// MasterScales lists the scales that the caller sees.
func (v *View) MasterScales(c access.Caller, q Query) (Page[MasterScale], error) {
	return many(v, &masterScales, c, q, (*showing).showMasterScale)
}

// ReviewPolicy gives a policy that the caller sees, else ErrNotFound.
func (v *View) ReviewPolicy(c access.Caller, of id.ReviewPolicy) (ReviewPolicy, error) {
	return one(v, &reviewPolicies, c, of.Number(), (*showing).showReviewPolicy)
}

// ReviewPolicies lists the policies that the caller sees.
func (v *View) ReviewPolicies(c access.Caller, q Query) (Page[ReviewPolicy], error) {
	return many(v, &reviewPolicies, c, q, (*showing).showReviewPolicy)
}

func (s *showing) showMasterScale(r *credit.MasterScale) MasterScale {
	shown := MasterScale{ID: r.ID.String(), State: r.State.String(), Upto: rates(r.Upto[:]), Reason: s.wordsOf(r.Reason), Entry: r.Entry}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

// rates are percentages without their sign.
func rates(of []money.Rate) []string {
	shown := make([]string, len(of))
	for i, r := range of {
		shown[i] = money.FormatScaled(int64(r), 4)
	}
	return shown
}

func (s *showing) showReviewPolicy(r *credit.Policy) ReviewPolicy {
	t := ReviewTerms{
		EquityShare: money.FormatScaled(int64(r.Limit.EquityShare), 4), TurnoverShare: money.FormatScaled(int64(r.Limit.TurnoverShare), 4),
		Multipliers: rates(r.Limit.Multipliers[:]), GroupShare: money.FormatScaled(int64(r.Limit.GroupShare), 4), RoundTo: int64(r.Limit.RoundTo), RefuseFrom: int(r.RefuseFrom),
		Notches: int(r.Notches), ReviewDays: int(r.ReviewDays), Recommendation: r.Recommendation.String(), News: r.News.String(),
	}
	for _, one := range r.Tiers {
		t.Tiers = append(t.Tiers, ReviewTier{int64(one.Upto), int(one.Approvers), one.Rank.String()})
	}
	for _, one := range r.Ranked {
		t.Ranked = append(t.Ranked, RankedPerson{one.Actor.String(), one.Rank.String()})
	}
	for _, one := range r.Triggers {
		t.Triggers = append(t.Triggers, ReviewTrigger{one.Fact, one.Bound})
	}
	shown := ReviewPolicy{ID: r.ID.String(), Funder: s.whose(r.Funder), State: r.State.String(), Terms: t, Reason: s.wordsOf(r.Reason), Entry: r.Entry}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}
