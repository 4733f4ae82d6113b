package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/intake"
	"millrace/edge/policy"
	"millrace/edge/view"
	"millrace/engine"
)

type (
	// RiskPolicyBody proposes what a programme asks of each use besides its product. What it leaves out is as presumed.
	RiskPolicyBody struct {
		Programme  string           `json:"programme"`
		Thresholds map[string]int64 `json:"thresholds,omitempty" doc:"by name, as in the reference of rules; amounts in minor units, shares and rates in millionths; 0: the rule does not ask"`
		Refused    *[]string        `json:"refused_countries,omitempty" doc:"codes of ISO 3166-1"`
		Referred   *[]string        `json:"referred_countries,omitempty"`
		Clauses    []ClauseBody     `json:"clauses,omitempty" maxItems:"64"`
		Reason     string           `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// RiskPolicyDecisionBody decides on a policy, as a second person.
	RiskPolicyDecisionBody struct {
		Decision string `json:"decision" enum:"approve,decline"`
	}
)

func (s *server) registerDecisions() {
	getter(s, "get_decision", (*view.View).Decision)
	lister(s, "list_decisions", (*view.View).Decisions, "state", "party", "programme", "receivable", "trade", "type")
	getter(s, "get_risk_policy", (*view.View).RiskPolicy)
	lister(s, "list_risk_policies", (*view.View).RiskPolicies, "state", "programme")
	register(s, act[RiskPolicyBody, view.RiskPolicy]{
		name: "propose_risk_policy", status: http.StatusCreated, build: buildRiskPolicy,
		show: shown(func(_ *book.ProposeRiskPolicy, a *engine.Answer) id.RiskPolicy {
			return event[*book.RiskPolicyProposed](a).Policy.ID
		}, (*view.View).RiskPolicy),
	})
	register(s, act[RiskPolicyDecisionBody, view.RiskPolicy]{
		name: "decide_risk_policy", addressed: "policy", status: http.StatusOK,
		build: func(x *call, text string, body *RiskPolicyDecisionBody) (book.Command, error) {
			of, _, err := addressed(x, text, (*view.View).RiskPolicy)
			if err != nil {
				return nil, err
			}
			return &book.DecideRiskPolicy{Policy: of, Decision: x.decision(body.Decision)}, nil
		},
		show: shown(func(c *book.DecideRiskPolicy, _ *engine.Answer) id.RiskPolicy { return c.Policy }, (*view.View).RiskPolicy),
	})
}

// buildRiskPolicy type-checks a policy; all that is wrong with it is told at once, and nothing is proposed.
func buildRiskPolicy(x *call, _ string, body *RiskPolicyBody) (book.Command, error) {
	file := policy.File{Thresholds: body.Thresholds, Refused: body.Refused, Referred: body.Referred, Clauses: rulesOf(body.Clauses)}
	_, asked, wrong := file.Policy()
	for _, one := range wrong {
		x.bad("policy", "", "%s", one)
	}
	c := &book.ProposeRiskPolicy{Programme: required[id.Programme](x.fields, "programme", body.Programme), Thresholds: asked.Thresholds, Clauses: asked.Clauses}
	var err error
	c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
	return c, err
}
