package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"millrace/edge/authorisation"
)

// AccessPolicy is one statement of who may do what.
type AccessPolicy struct {
	ID      string `json:"id" example:"money.do.operator"`
	Theme   string `json:"theme" doc:"file in which it stands"`
	Effect  string `json:"effect" enum:"permit,forbid" doc:"what no policy permits is refused, and what one forbids is refused whatever permits it"`
	Because string `json:"because" doc:"what it says, in a sentence"`
	Own     bool   `json:"own" doc:"of this node, and not of the program"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Text    string `json:"text" doc:"in the Cedar language"`
}

// AccessPolicies are all policies in force.
type AccessPolicies struct {
	Policies []AccessPolicy `json:"policies"`
	Actions  []string       `json:"actions" doc:"of which they may speak: operations of the API, pages, deeds and entries of the menu of the console"`
	Schema   string         `json:"schema" doc:"in the Cedar schema language: for editors and validators of policies"`
}

// AccessExplanation says whether an actor may do something, and why.
type AccessExplanation struct {
	Permitted  bool               `json:"permitted"`
	Action     string             `json:"action"`
	Policies   []string           `json:"policies" doc:"ids of those that decided: that permit, or that forbid; where nothing permits, of those that would if their conditions held"`
	Because    []string           `json:"because" doc:"their sentences"`
	Considered []ConsideredPolicy `json:"considered" doc:"every policy that speaks of the action"`
	Facts      []AccessFact       `json:"facts" doc:"what the policies were told"`
}

// ConsideredPolicy is a policy, and whether its conditions hold.
type ConsideredPolicy struct {
	ID     string `json:"id"`
	Effect string `json:"effect" enum:"permit,forbid"`
	Holds  bool   `json:"holds"`
}

// AccessFact is something that policies were told.
type AccessFact struct {
	Name  string `json:"name" example:"principal.role"`
	Value string `json:"value"`
}

type accessInput struct {
	Actor    string `query:"actor" required:"true" maxLength:"64" doc:"id of who would act"`
	Action   string `query:"action" required:"true" maxLength:"100" doc:"one of those at /v1/access-policies"`
	Record   string `query:"record" maxLength:"64" doc:"id of what it would be done to"`
	Amount   string `query:"amount" maxLength:"40" doc:"that the command would name, in major units"`
	Currency string `query:"currency" maxLength:"3" doc:"of the amount"`
}

func effect(p *authorisation.Policy) string {
	if p.Permits {
		return "permit"
	}
	return "forbid"
}

func (s *server) registerPolicies() {
	huma.Register(s.huma, s.operation("list_access_policies"), func(context.Context, *struct{}) (*output[AccessPolicies], error) {
		shown := AccessPolicies{Actions: s.guard.Policies.Actions(), Schema: string(authorisation.Schema())}
		for _, p := range s.guard.Policies.All() {
			shown.Policies = append(shown.Policies, AccessPolicy{ID: p.ID, Theme: p.Theme, Effect: effect(p), Because: p.Because, Own: p.Own, File: p.File, Line: p.Line, Text: p.Text})
		}
		return &output[AccessPolicies]{shown}, nil
	})
	huma.Register(s.huma, s.operation("explain_access"), func(ctx context.Context, in *accessInput) (*output[AccessExplanation], error) {
		v, err := s.Reader.Now(ctx)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		defer v.Close()
		e, err := s.guard.Policies.Explain(ctx, s.Access, v, callerOf(ctx), &authorisation.Question{
			Actor: in.Actor, Action: in.Action, Record: in.Record, Amount: in.Amount, Currency: in.Currency,
		})
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		shown := AccessExplanation{Permitted: e.Permitted, Action: e.Action, Policies: []string{}, Because: []string{}}
		for _, p := range e.Policies {
			shown.Policies, shown.Because = append(shown.Policies, p.ID), append(shown.Because, p.Because)
		}
		for _, c := range e.Considered {
			shown.Considered = append(shown.Considered, ConsideredPolicy{c.ID, effect(c.Policy), c.Holds})
		}
		for _, f := range e.Facts {
			shown.Facts = append(shown.Facts, AccessFact{f.Name, f.Value})
		}
		return &output[AccessExplanation]{shown}, nil
	})
}
