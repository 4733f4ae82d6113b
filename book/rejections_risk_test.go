package book_test

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/risk"
)

func init() { refusals = append(refusals, riskRefusals...) }

// asking is a proposal for the payables programme that says no more than is presumed.
func asking(s *scene) *book.ProposeRiskPolicy {
	return &book.ProposeRiskPolicy{Programme: s.Payables, Thresholds: *risk.Presumed(risk.Now), Reason: [32]byte{1}}
}

var riskRefusals = []refusal{
	{"risk_policy_invalid", "A threshold or a clause of the policy lies outside its bounds, or two clauses have one name.", "Correct what the sentence names.", func(s *scene) (id.Actor, book.Command) {
		c := asking(s)
		c.Thresholds.DocumentAgeDays = -1
		return s.Maker, c
	}},
	{"risk_policy_state", "The policy is not waiting for a second person.", "Propose it again.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, asking(s))
		policy := latest[id.RiskPolicy](s, "risk_policy")
		s.give(s.Checker, &book.DecideRiskPolicy{Policy: policy, Decision: book.Approve})
		return s.Checker, &book.DecideRiskPolicy{Policy: policy, Decision: book.Approve}
	}},
	{"risk_policy_unknown", "There is no such policy.", "Look its identity up.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.DecideRiskPolicy{Policy: beyond[id.RiskPolicy](s, "risk_policy"), Decision: book.Approve}
	}},
}
