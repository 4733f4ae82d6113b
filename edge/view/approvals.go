package view

import (
	"slices"

	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/party"
)

// approvalsOf says how many persons must still approve an application, of which rank, and who they may be. A refusal takes one decision.
func (s *showing) approvalsOf(a *credit.Application, shown *Application) {
	policy := s.reviewPolicyOf(a.Funder)
	tier, found := credit.Tier{Approvers: 1, Rank: credit.Analyst}, true
	if !a.View.Refuses {
		tier, found = policy.Tier(a.View.Limit)
	}
	if shown.Untiered = !found; !found {
		return
	}
	ranked := slices.ContainsFunc(a.Approvals, func(one id.Actor) bool { return policy.RankOf(one) >= tier.Rank })
	shown.Needed, shown.Left = int(tier.Approvers), max(0, int(tier.Approvers)-len(a.Approvals))
	if !ranked && tier.Rank > credit.Analyst {
		shown.Rank, shown.Left = tier.Rank.String(), max(1, shown.Left)
	}
	department := a.Funder
	if department == 0 {
		department = id.Make[id.Party](a.ID.Shard(), 1) // the operator
	}
	s.note(rows(s.View, "SELECT number, record FROM actor WHERE party = ? ORDER BY number", []any{int64(department)}, func(_ uint64, one *party.Actor) error {
		done := one.ID == a.Maker || one.ID == a.View.Actor || slices.Contains(a.Approvals, one.ID)
		// Where only the rank is missing, nobody below it brings the decision on.
		short := shown.Left == 1 && shown.Rank != "" && policy.RankOf(one.ID) < tier.Rank
		if one.Active && one.Role&(party.Operator|party.Funder) != 0 && !done && !short {
			if who := s.actor(one.ID); who != nil {
				shown.Approvers = append(shown.Approvers, *who)
			}
		}
		return nil
	}))
}

// reviewPolicyOf is how a funder, or the operator (0), reviews credit today.
func (s *showing) reviewPolicyOf(funder id.Party) *credit.Policy {
	live := &credit.DefaultPolicy
	s.note(rows(s.View, "SELECT number, record FROM review_policy WHERE funder = ? AND state = 'live'", []any{int64(funder)}, func(_ uint64, found *credit.Policy) error {
		live = found
		return nil
	}))
	return live
}
