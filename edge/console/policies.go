package console

import (
	"errors"
	"slices"
	"strings"

	"millrace/edge/authorisation"
	"millrace/edge/problem"
)

// policiesPage shows who may do what: the policies of one theme as they stand in their file, and why one decision falls as it does.
type policiesPage struct {
	Themes   []policyTheme
	Theme    string // of the policies that are shown; "" for none
	Policies []*authorisation.Policy

	Actor, Action, Record, Amount, Currency string
	Actions                                 []string // to choose from
	Wrong                                   map[string]string
	Explained                               *authorisation.Explanation
}

// policyTheme is a file of policies.
type policyTheme struct {
	Name             string
	Permits, Forbids int
	Own              int // of this node
}

func (policiesPage) title() string { return "Who may what" }

// Decided tells whether a policy is among those that decided.
func (p policiesPage) Decided(id string) bool {
	return p.Explained != nil && slices.ContainsFunc(p.Explained.Policies, func(one *authorisation.Policy) bool { return one.ID == id })
}

// Asks tells whether something was asked to be explained.
func (p policiesPage) Asks() bool { return p.Actor != "" || p.Action != "" }

func showPolicies(v *visit) (any, error) {
	policies := v.console.guard.Policies
	p := policiesPage{
		Theme: v.asked("theme"), Actor: v.asked("actor"), Action: v.asked("action"), Record: v.asked("record"), Amount: v.asked("amount"), Currency: v.asked("currency"),
		Wrong: map[string]string{}, Actions: policies.Actions(),
	}
	for _, one := range policies.All() {
		at := slices.IndexFunc(p.Themes, func(t policyTheme) bool { return t.Name == one.Theme })
		if at < 0 {
			at, p.Themes = len(p.Themes), append(p.Themes, policyTheme{Name: one.Theme})
		}
		theme := &p.Themes[at]
		if one.Permits {
			theme.Permits++
		} else {
			theme.Forbids++
		}
		if one.Own {
			theme.Own++
		}
		if one.Theme == p.Theme {
			p.Policies = append(p.Policies, one)
		}
	}
	slices.SortFunc(p.Themes, func(a, b policyTheme) int { return strings.Compare(a.Name, b.Name) })
	if len(p.Policies) == 0 {
		p.Theme = ""
	}
	if !p.Asks() {
		return p, nil
	}
	explained, err := policies.Explain(v.request.Context(), v.console.access, v.View, v.caller, &authorisation.Question{
		Actor: p.Actor, Action: p.Action, Record: p.Record, Amount: p.Amount, Currency: p.Currency,
	})
	var wrong *problem.Problem
	if errors.As(err, &wrong) && wrong.Field != "" {
		p.Wrong[wrong.Field] = capital(wrong.Detail)
		return p, nil
	}
	p.Explained = explained
	return p, err
}
