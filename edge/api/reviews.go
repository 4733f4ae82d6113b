package api

import (
	"cmp"
	"net/http"
	"slices"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies of credit reviews.
type (
	// ReviewRequestBody is what an application rests on.
	ReviewRequestBody struct {
		Form       string                `json:"form" enum:"company,sole_trader"`
		Programme  string                `json:"programme,omitempty" doc:"for which a limit is asked; missing: a grade alone"`
		Asked      Amount                `json:"asked"`
		TenorDays  int                   `json:"tenor_days" minimum:"1" maximum:"400"`
		Statements []view.StatementShown `json:"statements,omitempty" maxItems:"8"`
		Bureaus    []view.BureauShown    `json:"bureaus,omitempty" maxItems:"8"`
		Insured    *Amount               `json:"insured,omitempty" doc:"what an insurer covers of it"`
	}
	// ApplicationBody asks for a review of a party's credit.
	ApplicationBody struct {
		Party   string            `json:"party"`
		Side    string            `json:"side" enum:"buyer,seller"`
		Request ReviewRequestBody `json:"request"`
	}
	// AnalystViewBody is what an analyst makes of an application.
	AnalystViewBody struct {
		Text       string          `json:"text" minLength:"1" maxLength:"20000"`
		Refuses    bool            `json:"refuses,omitempty"`
		Grade      int             `json:"grade,omitempty" minimum:"0" maximum:"10" doc:"unless it refuses"`
		Override   string          `json:"override,omitempty" maxLength:"20000" doc:"why grade or limit are other than reckoned"`
		Limit      *Amount         `json:"limit,omitempty"`
		Until      string          `json:"until,omitempty" doc:"last day on which the review may be relied on"`
		Next       string          `json:"next,omitempty" doc:"when it is due again"`
		Conditions []ConditionBody `json:"conditions,omitempty" maxItems:"32"`
	}
	// ConditionBody is what a review asks of its party.
	ConditionBody struct {
		Kind string `json:"kind" enum:"information,security,covenant,precedent"`
		Text string `json:"text" minLength:"1" maxLength:"20000"`
		Due  string `json:"due"`
	}
	// ApplicationDecisionBody is the decision on a view.
	ApplicationDecisionBody struct {
		Decision string `json:"decision" enum:"approve,decline"`
		Reason   string `json:"reason,omitempty" maxLength:"20000" doc:"needed to decline"`
	}
	// WhyBody says why.
	WhyBody struct {
		Reason string `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// SettledConditionBody says that a condition is met, or waives it.
	SettledConditionBody struct {
		Condition int    `json:"condition" minimum:"1" maximum:"32" doc:"in the order of the review"`
		State     string `json:"state" enum:"met,waived"`
		Note      string `json:"note" minLength:"1" maxLength:"20000"`
	}
	// WatchBody puts a party on a watch list, or takes it off.
	WatchBody struct {
		Listed bool   `json:"listed"`
		Reason string `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// NewsBody is something that was heard of a party.
	NewsBody struct {
		Party    string `json:"party"`
		Source   string `json:"source" pattern:"^[a-z][a-z0-9_]{0,39}$"`
		Date     string `json:"date"`
		Severity string `json:"severity" enum:"minor,serious,grave"`
		Text     string `json:"text" minLength:"1" maxLength:"20000"`
	}
	// MasterScaleBody proposes which grade a probability of default means.
	MasterScaleBody struct {
		Upto   []string `json:"upto" minItems:"10" maxItems:"10" doc:"highest probability of grades 1 to 10, in percent"`
		Reason string   `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// ReviewPolicyBody proposes how the caller's party reviews credit.
	ReviewPolicyBody struct {
		Terms  view.ReviewTerms `json:"terms"`
		Reason string           `json:"reason" minLength:"1" maxLength:"20000"`
	}
)

func (s *server) registerReviews() {
	getter(s, "get_application", (*view.View).Application)
	lister(s, "list_applications", (*view.View).Applications, "state", "party")
	getter(s, "get_news", (*view.View).OneNews)
	lister(s, "list_news", (*view.View).News, "party")
	getter(s, "get_watch", (*view.View).Watch)
	lister(s, "list_watches", (*view.View).Watches, "party")
	getter(s, "get_master_scale", (*view.View).MasterScale)
	lister(s, "list_master_scales", (*view.View).MasterScales, "state")
	getter(s, "get_review_policy", (*view.View).ReviewPolicy)
	lister(s, "list_review_policies", (*view.View).ReviewPolicies, "state")
	s.registerApplications()
	s.registerReviewing()
	s.registerReviewPolicies()
}

func (s *server) registerApplications() {
	register(s, act[ApplicationBody, view.Application]{
		name: "open_application", status: http.StatusCreated,
		build: func(x *call, _ string, body *ApplicationBody) (book.Command, error) {
			return &book.OpenApplication{
				Party: required[id.Party](x.fields, "party", body.Party), Side: credit.Side(x.choice("side", body.Side, credit.Sides[:])), Request: x.reviewRequest(&body.Request),
			}, nil
		},
		show: shown(func(_ *book.OpenApplication, a *engine.Answer) id.Application {
			return event[*book.ApplicationOpened](a).Application.ID
		}, (*view.View).Application),
	})
	register(s, act[ReviewRequestBody, view.Application]{
		name: "supplement_application", addressed: "application", status: http.StatusOK,
		build: func(x *call, of string, body *ReviewRequestBody) (book.Command, error) {
			a, _, err := addressed(x, of, (*view.View).Application)
			return &book.SupplementApplication{Application: a, Request: x.reviewRequest(body)}, err
		},
		show: shown(func(c *book.SupplementApplication, _ *engine.Answer) id.Application { return c.Application }, (*view.View).Application),
	})
	register(s, act[AnalystViewBody, view.Application]{
		name: "view_application", addressed: "application", status: http.StatusOK, build: buildAnalystView,
		show: shown(func(c *book.ViewApplication, _ *engine.Answer) id.Application { return c.Application }, (*view.View).Application),
	})
	register(s, act[ApplicationDecisionBody, view.Application]{
		name: "decide_application", addressed: "application", status: http.StatusOK,
		build: func(x *call, of string, body *ApplicationDecisionBody) (book.Command, error) {
			a, _, err := addressed(x, of, (*view.View).Application)
			if err != nil {
				return nil, err
			}
			c := &book.DecideApplication{Application: a, Decision: x.decision(body.Decision)}
			if body.Reason != "" {
				c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			}
			return c, err
		},
		show: shown(func(c *book.DecideApplication, _ *engine.Answer) id.Application { return c.Application }, (*view.View).Application),
	})
	register(s, act[WhyBody, view.Application]{
		name: "withdraw_application", addressed: "application", status: http.StatusOK,
		build: func(x *call, of string, body *WhyBody) (book.Command, error) {
			a, _, err := addressed(x, of, (*view.View).Application)
			if err != nil {
				return nil, err
			}
			c := &book.WithdrawApplication{Application: a}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(c *book.WithdrawApplication, _ *engine.Answer) id.Application { return c.Application }, (*view.View).Application),
	})
}

// reviewRequest reads accounts, reports and what is asked.
func (x *call) reviewRequest(body *ReviewRequestBody) book.ReviewRequest {
	asked, currency := x.amount("request.asked", body.Asked)
	r := book.ReviewRequest{
		Form: credit.Form(x.choice("request.form", body.Form, credit.Forms[:])), Programme: optional[id.Programme](x.fields, "request.programme", body.Programme), Asked: asked,
		Currency: currency, TenorDays: int32(body.TenorDays),
	}
	if body.Insured != nil {
		r.Insured = x.amountIn("request.insured", *body.Insured, currency)
	}
	for i := range body.Statements {
		r.Statements = append(r.Statements, x.financialStatement(&body.Statements[i]))
	}
	for i := range body.Bureaus {
		r.Bureaus = append(r.Bureaus, x.bureau(&body.Bureaus[i]))
	}
	return r
}

func (x *call) financialStatement(body *view.StatementShown) credit.Statement {
	const field = "request.statements"
	s := credit.Statement{
		From: x.date(field+".from", body.From), Until: x.date(field+".until", body.Until), Currency: x.currency(field+".currency", body.Currency),
		Standard: credit.Standard(x.choice(field+".standard", body.Standard, credit.Standards[:])), Assurance: credit.Assurance(x.choice(field+".assurance", body.Assurance, credit.Assurances[:])),
	}
	for name, text := range body.Lines {
		line := credit.ParseLine(name)
		amount, err := money.Minor(0), error(nil)
		if s.Currency.Known() {
			amount, err = money.Parse(text, s.Currency)
		}
		if line == 0 || err != nil {
			x.bad(field+".lines."+name, text, "is not a line with an amount")
			continue
		}
		s.Figures = append(s.Figures, credit.Figure{Line: line, Amount: amount})
	}
	slices.SortFunc(s.Figures, func(a, b credit.Figure) int { return cmp.Compare(a.Line, b.Line) })
	return s
}

func (x *call) bureau(body *view.BureauShown) credit.Bureau {
	const field = "request.bureaus"
	b := credit.Bureau{Source: body.Source, Date: x.date(field+".date", body.Date)}
	for _, f := range body.Figures {
		const decimals = 4
		value, err := money.ParseScaled(f.Value, decimals)
		if err != nil {
			x.bad(field+".figures."+f.Name, f.Value, "is not a decimal with %d places at most", decimals)
		}
		b.Figures = append(b.Figures, credit.Fact{Name: f.Name, Value: value, Decimals: decimals})
	}
	slices.SortFunc(b.Figures, func(p, q credit.Fact) int { return cmp.Compare(p.Name, q.Name) })
	for _, e := range body.Adverse {
		b.Adverse = append(b.Adverse, credit.Adverse{
			Event: credit.AdverseEvent(x.choice(field+".adverse.event", e.Event, credit.AdverseEvents[:])), Date: x.date(field+".adverse.date", e.Date), Settled: e.Settled,
		})
	}
	return b
}

func buildAnalystView(x *call, of string, body *AnalystViewBody) (book.Command, error) {
	a, record, err := addressed(x, of, (*view.View).Application)
	if err != nil {
		return nil, err
	}
	c := &book.ViewApplication{Application: a, Refuses: body.Refuses, Grade: uint8(body.Grade)}
	if c.Text, err = x.keep(intake.KindReason, x.text("text", body.Text, 20_000)); err != nil {
		return nil, err
	}
	if body.Override != "" {
		if c.Override, err = x.keep(intake.KindReason, x.text("override", body.Override, 20_000)); err != nil {
			return nil, err
		}
	}
	if body.Refuses {
		return c, nil
	}
	if body.Limit != nil {
		c.Limit = x.amountIn("limit", *body.Limit, currencyOf(record.Asked))
	}
	c.Until, c.Next = x.date("until", body.Until), x.date("next", body.Next)
	for _, one := range body.Conditions {
		made := credit.Condition{Kind: credit.ConditionKind(x.choice("conditions.kind", one.Kind, credit.ConditionKinds[:])), Due: x.date("conditions.due", one.Due)}
		if made.Text, err = x.keep(intake.KindReason, x.text("conditions.text", one.Text, 20_000)); err != nil {
			return nil, err
		}
		c.Conditions = append(c.Conditions, made)
	}
	return c, nil
}

func (s *server) registerReviewing() {
	register(s, act[SettledConditionBody, view.Review]{
		name: "settle_condition", addressed: "review", status: http.StatusOK,
		build: func(x *call, of string, body *SettledConditionBody) (book.Command, error) {
			r, _, err := addressed(x, of, (*view.View).Review)
			if err != nil {
				return nil, err
			}
			c := &book.SettleCondition{Review: r, Condition: uint8(body.Condition), State: credit.ConditionState(x.choice("state", body.State, credit.ConditionStates[:]))}
			c.Note, err = x.keep(intake.KindReason, x.text("note", body.Note, 20_000))
			return c, err
		},
		show: shown(func(c *book.SettleCondition, _ *engine.Answer) id.Review { return c.Review }, (*view.View).Review),
	})
	register(s, act[WatchBody, view.Watch]{
		name: "watch_party", addressed: "party", status: http.StatusOK,
		build: func(x *call, of string, body *WatchBody) (book.Command, error) {
			p, _, err := addressed(x, of, (*view.View).Party)
			if err != nil {
				return nil, err
			}
			c := &book.WatchParty{Party: p, Listing: book.TakeOff}
			if body.Listed {
				c.Listing = book.PutOn
			}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(_ *book.WatchParty, a *engine.Answer) id.Watch { return event[*book.PartyWatched](a).Watch.ID }, (*view.View).Watch),
	})
	register(s, act[NewsBody, view.News]{
		name: "record_news", status: http.StatusCreated,
		build: func(x *call, _ string, body *NewsBody) (book.Command, error) {
			c := &book.RecordNews{
				Party: required[id.Party](x.fields, "party", body.Party), Source: body.Source, Date: x.date("date", body.Date),
				Severity: credit.Severity(x.choice("severity", body.Severity, credit.Severities[:])),
			}
			var err error
			c.Text, err = x.keep(intake.KindReason, x.text("text", body.Text, 20_000))
			return c, err
		},
		show: shown(func(_ *book.RecordNews, a *engine.Answer) id.News { return event[*book.NewsRecorded](a).News.ID }, (*view.View).OneNews),
	})
}

func (s *server) registerReviewPolicies() {
	register(s, act[MasterScaleBody, view.MasterScale]{
		name: "propose_master_scale", status: http.StatusCreated,
		build: func(x *call, _ string, body *MasterScaleBody) (book.Command, error) {
			c := &book.ProposeMasterScale{}
			copy(c.Upto[:], x.percents("upto", body.Upto))
			var err error
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(_ *book.ProposeMasterScale, a *engine.Answer) id.MasterScale {
			return event[*book.MasterScaleProposed](a).Scale.ID
		}, (*view.View).MasterScale),
	})
	register(s, act[nothing, view.MasterScale]{
		name: "approve_master_scale", addressed: "scale", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			scale, _, err := addressed(x, of, (*view.View).MasterScale)
			return &book.ApproveMasterScale{Scale: scale}, err
		},
		show: shown(func(c *book.ApproveMasterScale, _ *engine.Answer) id.MasterScale { return c.Scale }, (*view.View).MasterScale),
	})
	register(s, act[ReviewPolicyBody, view.ReviewPolicy]{
		name: "propose_review_policy", status: http.StatusCreated,
		build: func(x *call, _ string, body *ReviewPolicyBody) (book.Command, error) {
			c := &book.ProposeReviewPolicy{Policy: x.reviewTerms(&body.Terms)}
			var err error
			c.Policy.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(_ *book.ProposeReviewPolicy, a *engine.Answer) id.ReviewPolicy {
			return event[*book.ReviewPolicyProposed](a).Policy.ID
		}, (*view.View).ReviewPolicy),
	})
	register(s, act[nothing, view.ReviewPolicy]{
		name: "approve_review_policy", addressed: "policy", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			policy, _, err := addressed(x, of, (*view.View).ReviewPolicy)
			return &book.ApproveReviewPolicy{Policy: policy}, err
		},
		show: shown(func(c *book.ApproveReviewPolicy, _ *engine.Answer) id.ReviewPolicy { return c.Policy }, (*view.View).ReviewPolicy),
	})
}

func (x *call) reviewTerms(t *view.ReviewTerms) credit.Policy {
	p := credit.Policy{
		Limit: credit.LimitRule{
			EquityShare: x.percent("terms.equity_share", t.EquityShare), TurnoverShare: x.percent("terms.turnover_share", t.TurnoverShare),
			GroupShare: x.percent("terms.group_share", t.GroupShare), RoundTo: money.Minor(t.RoundTo),
		},
		RefuseFrom: uint8(t.RefuseFrom), Notches: uint8(t.Notches), ReviewDays: uint16(t.ReviewDays),
		Recommendation: credit.Recommendation(x.choice("terms.recommendation", t.Recommendation, credit.Recommendations[:])),
	}
	copy(p.Limit.Multipliers[:], x.percents("terms.multipliers", t.Multipliers))
	if t.News != "" {
		p.News = credit.Severity(x.choice("terms.news", t.News, credit.Severities[:]))
	}
	for _, one := range t.Tiers {
		p.Tiers = append(p.Tiers, credit.Tier{Upto: money.Minor(one.Upto), Approvers: uint8(one.Approvers), Rank: credit.Rank(x.choice("terms.tiers.rank", one.Rank, credit.Ranks[:]))})
	}
	for _, one := range t.Ranked {
		p.Ranked = append(p.Ranked, credit.Ranked{Actor: required[id.Actor](x.fields, "terms.ranked.actor", one.Actor), Rank: credit.Rank(x.choice("terms.ranked.rank", one.Rank, credit.Ranks[:]))})
	}
	for _, one := range t.Triggers {
		p.Triggers = append(p.Triggers, credit.Trigger{Fact: one.Fact, Bound: one.Bound})
	}
	slices.SortFunc(p.Ranked, func(a, b credit.Ranked) int { return cmp.Compare(a.Actor, b.Actor) })
	slices.SortFunc(p.Triggers, func(a, b credit.Trigger) int { return cmp.Compare(a.Fact, b.Fact) })
	return p
}
