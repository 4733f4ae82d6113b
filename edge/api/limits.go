package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/policy"
	"millrace/edge/view"
	"millrace/engine"
)

type (
	// LimitBody proposes a limit.
	LimitBody struct {
		Kind         string `json:"kind" enum:"buyer,seller,programme,funder,pair,group,tier,currency,insurer,product,connected"`
		Programme    string `json:"programme,omitempty" doc:"missing for a funder's own limit over all of its programmes"`
		Owner        string `json:"owner,omitempty" doc:"the funder whose own limit it is; missing: the house's, or what the funder puts into the programme"`
		Party        string `json:"party,omitempty" doc:"buyer, seller, funder, head of a group, or one of those that are connected; missing where the kind has none"`
		Counterparty string `json:"counterparty,omitempty" doc:"of a pair: its buyer"`
		Product      string `json:"product,omitempty"`
		Tier         int    `json:"tier,omitempty" minimum:"0" maximum:"16"`
		Amount       Amount `json:"amount"`
		Expires      string `json:"expires" doc:"last day of use"`
		Once         bool   `json:"once,omitempty" doc:"what was repaid is not used again; else it revolves"`
		Committed    bool   `json:"committed,omitempty"`
		Advisory     bool   `json:"advisory,omitempty" doc:"an insurer's: use is counted, and never refused"`

		Insurer string `json:"insurer,omitempty" doc:"of an insurer's limit"`
		Policy  string `json:"policy,omitempty" maxLength:"300" doc:"reference of its policy"`
		Share   string `json:"share,omitempty" doc:"of a loss that it bears, in percent"`
	}
	// CauseBody says why.
	CauseBody struct {
		Cause string `json:"cause" maxLength:"2000"`
	}
	// FunderPolicyBody says what a funder lends its money on.
	FunderPolicyBody struct {
		Programme string       `json:"programme,omitempty" doc:"missing: wherever its money is lent"`
		Clauses   []ClauseBody `json:"clauses" maxItems:"64" doc:"in CEL, over the facts of a financing; none: nothing more is asked for"`
	}
	// ClauseBody is one clause of a policy.
	ClauseBody struct {
		Name      string `json:"name" doc:"small letters, digits and underscores"`
		Text      string `json:"text" doc:"what must hold, in CEL"`
		Otherwise string `json:"otherwise" enum:"refer,refuse"`
		Reason    string `json:"reason" doc:"why, for the funder's people"`
		Citation  string `json:"citation,omitempty"`
	}
	// AuthorityBody lets a funder's money be lent without its people.
	AuthorityBody struct {
		Funder       string          `json:"funder"`
		Programmes   []string        `json:"programmes" minItems:"1" maxItems:"16"`
		AmountMost   Amount          `json:"amount_most" doc:"of one use; of all of an auction's lot"`
		TotalMost    Amount          `json:"total_most" doc:"in all"`
		GradeMost    int             `json:"grade_most" minimum:"1" maximum:"10" doc:"worst grade of who owes"`
		TenorDaysMax int             `json:"tenor_days_max" minimum:"1" maximum:"3660"`
		Until        string          `json:"until" doc:"last day"`
		Signatures   []SignatureBody `json:"signatures,omitempty" maxItems:"2" doc:"over the statement of this command, under mandates to lend"`
	}
)

// registerLimits registers limits, and what funders say in advance about their own money.
func (s *server) registerLimits() {
	huma.Register(s.huma, s.operation("limit_tree"), answering(s, (*view.View).LimitTree))
	huma.Register(s.huma, s.operation("exposures"), answering(s, (*view.View).Exposures))
	register(s, act[LimitBody, view.Limit]{
		name: "propose_limit", status: http.StatusCreated, build: buildLimit,
		show: shown(func(_ *book.ProposeLimit, a *engine.Answer) id.Limit { return event[*book.LimitProposed](a).Limit.ID }, (*view.View).Limit),
	})
	register(s, act[nothing, view.Limit]{
		name: "approve_limit", addressed: "limit", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			limit, _, err := addressed(x, of, (*view.View).Limit)
			return &book.ApproveLimit{Limit: limit}, err
		},
		show: shown(func(c *book.ApproveLimit, _ *engine.Answer) id.Limit { return c.Limit }, (*view.View).Limit),
	})
	register(s, act[nothing, view.Limit]{
		name: "lift_limit", addressed: "limit", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			limit, _, err := addressed(x, of, (*view.View).Limit)
			return &book.LiftLimit{Limit: limit}, err
		},
		show: shown(func(c *book.LiftLimit, _ *engine.Answer) id.Limit { return c.Limit }, (*view.View).Limit),
	})
	register(s, act[CauseBody, view.Limit]{
		name: "suspend_limit", addressed: "limit", status: http.StatusOK,
		build: func(x *call, of string, body *CauseBody) (book.Command, error) {
			limit, _, err := addressed(x, of, (*view.View).Limit)
			if err != nil {
				return nil, err
			}
			c := &book.SuspendLimit{Limit: limit}
			c.Cause, err = x.keep(intake.KindReason, x.text("cause", body.Cause, 2_000))
			return c, err
		},
		show: shown(func(c *book.SuspendLimit, _ *engine.Answer) id.Limit { return c.Limit }, (*view.View).Limit),
	})
	s.registerConnected()
	s.registerFunderPolicies()
	s.registerAuthorities()
}

// answering answers with what a view gives to the caller.
func answering[T any](s *server, read func(*view.View, access.Caller) (T, error)) func(context.Context, *Waiting) (*output[T], error) {
	return func(ctx context.Context, in *Waiting) (*output[T], error) {
		v, err := s.Reader.At(ctx, in.After)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		defer v.Close()
		shown, err := read(v, callerOf(ctx))
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[T]{shown}, nil
	}
}

func buildLimit(x *call, _ string, body *LimitBody) (book.Command, error) {
	amount, currency := x.amount("amount", body.Amount)
	c := &book.ProposeLimit{Amount: amount, Expires: x.date("expires", body.Expires), Key: credit.LimitKey{
		Kind: credit.ParseKind(body.Kind), Programme: optional[id.Programme](x.fields, "programme", body.Programme),
		Owner: optional[id.Party](x.fields, "owner", body.Owner), Party: optional[id.Party](x.fields, "party", body.Party), Currency: currency,
		Counterparty: optional[id.Party](x.fields, "counterparty", body.Counterparty), Product: optional[id.Product](x.fields, "product", body.Product), Tier: uint8(body.Tier),
	}}
	if c.Key.Kind == 0 {
		x.bad("kind", body.Kind, "is not a kind of limit")
	}
	if body.Programme == "" && body.Owner == "" {
		x.bad("programme", "", "is missing: only a funder's own limit spans programmes")
	}
	if body.Once {
		c.Renewal = credit.Once
	}
	if body.Committed {
		c.Commitment = credit.Committed
	}
	if body.Advisory {
		c.Strictness = credit.Advisory
	}
	if body.Insurer == "" && body.Policy == "" && body.Share == "" {
		return c, nil
	}
	c.Insurance.Insurer, c.Insurance.Share = required[id.Party](x.fields, "insurer", body.Insurer), x.percent("share", body.Share)
	var err error
	c.Insurance.Policy, err = x.keep(intake.KindReason, x.text("policy", body.Policy, 300))
	return c, err
}

func (s *server) registerFunderPolicies() {
	lister(s, "list_funder_policies", (*view.View).FunderPolicies, "state", "party", "programme")
	getter(s, "get_funder_policy", (*view.View).FunderPolicy)
	register(s, act[FunderPolicyBody, view.FunderPolicy]{
		name: "propose_funder_policy", status: http.StatusCreated,
		build: func(x *call, _ string, body *FunderPolicyBody) (book.Command, error) {
			clauses, problems := policy.Clauses(rulesOf(body.Clauses), policy.Financing())
			for _, p := range problems {
				x.bad("clauses", p.Name, "%s", p.String())
			}
			return &book.ProposeFunderPolicy{Programme: optional[id.Programme](x.fields, "programme", body.Programme), Clauses: clauses}, nil
		},
		show: shown(func(_ *book.ProposeFunderPolicy, a *engine.Answer) id.FunderPolicy {
			return event[*book.FunderPolicyProposed](a).Policy.ID
		}, (*view.View).FunderPolicy),
	})
	register(s, act[ApprovalBody, view.FunderPolicy]{
		name: "decide_funder_policy", addressed: "policy", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			p, _, err := addressed(x, of, (*view.View).FunderPolicy)
			return &book.DecideFunderPolicy{Policy: p, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.DecideFunderPolicy, _ *engine.Answer) id.FunderPolicy { return c.Policy }, (*view.View).FunderPolicy),
	})
}

func (s *server) registerAuthorities() {
	lister(s, "list_authorities", (*view.View).Authorities, "state", "party")
	getter(s, "get_authority", (*view.View).Authority)
	register(s, act[AuthorityBody, view.Authority]{
		name: "give_authority", status: http.StatusCreated,
		build: func(x *call, _ string, body *AuthorityBody) (book.Command, error) {
			currency := x.currency("amount_most", body.AmountMost.Currency)
			c := &book.GiveAuthority{Terms: funding.AuthorityTerms{
				Funder: required[id.Party](x.fields, "funder", body.Funder), Currency: currency, AmountMost: x.amountIn("amount_most", body.AmountMost, currency),
				TotalMost: x.amountIn("total_most", body.TotalMost, currency), GradeMost: uint8(body.GradeMost), TenorDaysMax: int32(body.TenorDaysMax), Until: x.date("until", body.Until),
			}}
			for _, p := range body.Programmes {
				c.Terms.Programmes = append(c.Terms.Programmes, required[id.Programme](x.fields, "programmes", p))
			}
			var err error
			c.Signatures, err = x.signatures(body.Signatures)
			return c, err
		},
		show: shown(func(_ *book.GiveAuthority, a *engine.Answer) id.Authority {
			return event[*book.AuthorityGiven](a).Authority.ID
		}, (*view.View).Authority),
	})
	register(s, act[nothing, view.Authority]{
		name: "revoke_authority", addressed: "authority", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			a, _, err := addressed(x, of, (*view.View).Authority)
			return &book.RevokeAuthority{Authority: a}, err
		},
		show: shown(func(c *book.RevokeAuthority, _ *engine.Answer) id.Authority { return c.Authority }, (*view.View).Authority),
	})
}

// rulesOf are the clauses of a body as policies read them.
func rulesOf(bodies []ClauseBody) []policy.Rule {
	rules := make([]policy.Rule, len(bodies))
	for i, b := range bodies {
		rules[i] = policy.Rule(b)
	}
	return rules
}
