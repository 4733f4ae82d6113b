package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
	"millrace/engine"
)

type (
	// TrancheBody is a part of a funder's money.
	TrancheBody struct {
		Amount Amount `json:"amount" doc:"in the currency of the programme"`
		Until  string `json:"until,omitempty" doc:"last day on which it stays; missing: it has no end"`
	}
	// LadderBody says until when a funder's money stays.
	LadderBody struct {
		Tranches []TrancheBody `json:"tranches" maxItems:"60" doc:"by ascending end, each end once; none: nothing is tied"`
	}
)

// MoneyRuleList is all money rules.
type MoneyRuleList struct {
	Items []view.MoneyRule `json:"items"`
}

// registerTenor registers money rules, and what ties assets to the money that pays for them.
func (s *server) registerTenor() {
	huma.Register(s.huma, s.operation("money_rules"), func(context.Context, *struct{}) (*output[MoneyRuleList], error) {
		return &output[MoneyRuleList]{MoneyRuleList{view.MoneyRules()}}, nil
	})
	lister(s, "list_ladders", (*view.View).Ladders, "state", "party", "programme")
	getter(s, "get_ladder", (*view.View).Ladder)
	getter(s, "programme_tenor", (*view.View).Tenor)
	getter(s, "party_facts", (*view.View).Facts)
	register(s, act[LadderBody, view.Ladder]{
		name: "propose_ladder", addressed: "programme", status: http.StatusCreated,
		build: func(x *call, of string, body *LadderBody) (book.Command, error) {
			p, programme, err := addressed(x, of, (*view.View).Programme)
			if err != nil {
				return nil, err
			}
			currency, _ := money.ParseCurrency(programme.Currency)
			c := &book.ProposeLadder{Programme: p}
			for _, t := range body.Tranches {
				one := funding.Tranche{Amount: x.amountIn("tranches.amount", t.Amount, currency)}
				if t.Until != "" {
					one.Until = x.date("tranches.until", t.Until)
				}
				c.Tranches = append(c.Tranches, one)
			}
			return c, nil
		},
		show: shown(func(_ *book.ProposeLadder, a *engine.Answer) id.Ladder {
			return event[*book.LadderProposed](a).Ladder.ID
		}, (*view.View).Ladder),
	})
	register(s, act[ApprovalBody, view.Ladder]{
		name: "decide_ladder", addressed: "ladder", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			l, _, err := addressed(x, of, (*view.View).Ladder)
			return &book.DecideLadder{Ladder: l, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.DecideLadder, _ *engine.Answer) id.Ladder { return c.Ladder }, (*view.View).Ladder),
	})
}
