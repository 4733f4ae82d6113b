package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

type (
	// DependenceBody declares that a party depends on another one.
	DependenceBody struct {
		Party    string `json:"party" doc:"that depends"`
		On       string `json:"on"`
		Reason   string `json:"reason" maxLength:"20000"`
		Evidence string `json:"evidence" maxLength:"20000" doc:"what proves it"`
	}
	// DependenceEndBody says why a dependence counts no more.
	DependenceEndBody struct {
		Reason   string `json:"reason" maxLength:"20000"`
		Evidence string `json:"evidence" maxLength:"20000" doc:"what proves it"`
	}
	// RecommendationBody recommends a limit of its own to a funder.
	RecommendationBody struct {
		Limit  LimitBody `json:"limit" doc:"with the funder as owner"`
		Reason string    `json:"reason" maxLength:"20000"`
	}
	// RecommendationDecisionBody takes a recommendation up or dismisses it.
	RecommendationDecisionBody struct {
		Decision string `json:"decision" enum:"approve,decline" doc:"approve: the limit is proposed, and a second person of the funder approves it; decline: it is dismissed"`
		Reason   string `json:"reason,omitempty" maxLength:"20000" doc:"of a dismissal"`
	}
	// LimitWithdrawalBody says why a limit need bind no more.
	LimitWithdrawalBody struct {
		Reason string `json:"reason" maxLength:"20000"`
	}
)

// registerConnected registers who depends on whom, recommendations and withdrawals of limits.
func (s *server) registerConnected() {
	s.registerDependences()
	s.registerRecommendations()
	register(s, act[LimitWithdrawalBody, view.Limit]{
		name: "withdraw_limit", addressed: "limit", status: http.StatusOK,
		build: func(x *call, of string, body *LimitWithdrawalBody) (book.Command, error) {
			limit, _, err := addressed(x, of, (*view.View).Limit)
			if err != nil {
				return nil, err
			}
			c := &book.WithdrawLimit{Limit: limit}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(c *book.WithdrawLimit, _ *engine.Answer) id.Limit { return c.Limit }, (*view.View).Limit),
	})
	register(s, act[ApprovalBody, view.Limit]{
		name: "decide_limit_withdrawal", addressed: "limit", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			limit, _, err := addressed(x, of, (*view.View).Limit)
			return &book.DecideLimitWithdrawal{Limit: limit, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.DecideLimitWithdrawal, _ *engine.Answer) id.Limit { return c.Limit }, (*view.View).Limit),
	})
}

func (s *server) registerDependences() {
	lister(s, "list_dependences", (*view.View).Dependences, "state", "party")
	getter(s, "get_dependence", (*view.View).Dependence)
	register(s, act[DependenceBody, view.Dependence]{
		name: "propose_dependence", status: http.StatusCreated,
		build: func(x *call, _ string, body *DependenceBody) (book.Command, error) {
			c := &book.ProposeDependence{Party: required[id.Party](x.fields, "party", body.Party), On: required[id.Party](x.fields, "on", body.On)}
			var err error
			c.Reason, c.Evidence, err = x.grounds(body.Reason, body.Evidence)
			return c, err
		},
		show: shown(func(_ *book.ProposeDependence, a *engine.Answer) id.Dependence {
			return event[*book.DependenceProposed](a).Dependence.ID
		}, (*view.View).Dependence),
	})
	register(s, act[ApprovalBody, view.Dependence]{
		name: "decide_dependence", addressed: "dependence", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			dependence, _, err := addressed(x, of, (*view.View).Dependence)
			return &book.DecideDependence{Dependence: dependence, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.DecideDependence, _ *engine.Answer) id.Dependence { return c.Dependence }, (*view.View).Dependence),
	})
	register(s, act[DependenceEndBody, view.Dependence]{
		name: "end_dependence", addressed: "dependence", status: http.StatusOK,
		build: func(x *call, of string, body *DependenceEndBody) (book.Command, error) {
			dependence, _, err := addressed(x, of, (*view.View).Dependence)
			if err != nil {
				return nil, err
			}
			c := &book.EndDependence{Dependence: dependence}
			c.Reason, c.Evidence, err = x.grounds(body.Reason, body.Evidence)
			return c, err
		},
		show: shown(func(c *book.EndDependence, _ *engine.Answer) id.Dependence { return c.Dependence }, (*view.View).Dependence),
	})
}

// grounds keeps why something is so, and what proves it.
func (x *call) grounds(reason, evidence string) (why, proof [32]byte, err error) {
	if why, err = x.keep(intake.KindReason, x.text("reason", reason, 20_000)); err != nil {
		return why, proof, err
	}
	proof, err = x.keep(intake.KindReason, x.text("evidence", evidence, 20_000))
	return why, proof, err
}

func (s *server) registerRecommendations() {
	lister(s, "list_limit_recommendations", (*view.View).Recommendations, "state", "party")
	getter(s, "get_limit_recommendation", (*view.View).Recommendation)
	register(s, act[RecommendationBody, view.Recommendation]{
		name: "recommend_limit", status: http.StatusCreated,
		build: func(x *call, _ string, body *RecommendationBody) (book.Command, error) {
			proposed, err := buildLimit(x, "", &body.Limit)
			if err != nil {
				return nil, err
			}
			c := &book.RecommendLimit{Terms: credit.LimitTerms(*proposed.(*book.ProposeLimit))}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(_ *book.RecommendLimit, a *engine.Answer) id.Recommendation {
			return event[*book.LimitRecommended](a).Recommendation.ID
		}, (*view.View).Recommendation),
	})
	register(s, act[RecommendationDecisionBody, view.Recommendation]{
		name: "decide_limit_recommendation", addressed: "recommendation", status: http.StatusOK,
		build: func(x *call, of string, body *RecommendationDecisionBody) (book.Command, error) {
			recommendation, _, err := addressed(x, of, (*view.View).Recommendation)
			if err != nil {
				return nil, err
			}
			c := &book.DecideRecommendation{Recommendation: recommendation, Decision: x.decision(body.Decision)}
			if body.Reason != "" {
				c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			}
			return c, err
		},
		show: shown(func(c *book.DecideRecommendation, _ *engine.Answer) id.Recommendation { return c.Recommendation }, (*view.View).Recommendation),
	})
}
