package book_test

import (
	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
)

func init() { refusals = append(refusals, reviewRefusals...) }

// accounts are those of a sound company for a calendar year; amounts in thousands of the currency's units.
func accounts(year int, scale money.Minor) credit.Statement {
	from, _ := calendar.Of(year, 1, 1)
	until, _ := calendar.Of(year, 12, 31)
	s := credit.Statement{From: from, Until: until, Currency: 978, Standard: credit.IFRS, Assurance: credit.Audited}
	for i, amount := range []money.Minor{
		100, 300, 200, 700, 250, 50, 1_000, 150, 50, 400, 150, 600, 300, 400,
		1_460, 1_095, 365, 40, 120, 30, 90, 20, 70, 110, -60, -30,
	} {
		s.Figures = append(s.Figures, credit.Figure{Line: credit.Line(i + 1), Amount: amount * scale * 1_000_00})
	}
	return s
}

func (s *scene) reviewRequest(changes ...func(r *book.ReviewRequest)) book.ReviewRequest {
	r := book.ReviewRequest{
		Form: credit.Company, Asked: 500_000_00, Currency: s.Currency, TenorDays: 90, Statements: []credit.Statement{accounts(2024, 8), accounts(2025, 10)},
		Bureaus: []credit.Bureau{{Source: "registry", Date: s.Today - 5, Figures: []credit.Fact{{Name: "index", Value: 231}}}},
	}
	for _, change := range changes {
		change(&r)
	}
	return r
}

func (s *scene) applying(changes ...func(r *book.ReviewRequest)) *book.OpenApplication {
	return &book.OpenApplication{Party: s.Anchor, Side: credit.AsBuyer, Request: s.reviewRequest(changes...)}
}

// applied lets somebody ask for a review of the anchor.
func (s *scene) applied(by id.Actor, changes ...func(r *book.ReviewRequest)) id.Application {
	s.t.Helper()
	s.give(by, s.applying(changes...))
	return latest[id.Application](s, "application")
}

func (s *scene) application(of id.Application) credit.Application {
	return book.Record(s.book, "application", of.Number()).(credit.Application)
}

// viewing is a view that follows what was reckoned.
func (s *scene) viewing(of id.Application, changes ...func(c *book.ViewApplication)) *book.ViewApplication {
	a := s.application(of)
	c := &book.ViewApplication{
		Application: of, Text: load32("view"), Grade: a.Assessment.Grade, Limit: a.Assessment.Limit, Until: s.book.Date() + 300, Next: s.book.Date() + 180,
	}
	for _, change := range changes {
		change(c)
	}
	return c
}

// reviewed leads an application of the operator to a review in force.
func (s *scene) reviewed(changes ...func(c *book.ViewApplication)) id.Review {
	s.t.Helper()
	a := s.applied(s.Maker)
	s.give(s.Maker, s.viewing(a, changes...))
	s.give(s.Checker, &book.DecideApplication{Application: a, Decision: book.Approve})
	if s.application(a).State == credit.Viewed {
		s.give(s.third(), &book.DecideApplication{Application: a, Decision: book.Approve})
	}
	return s.application(a).Review
}

// third is one more person of the operator.
func (s *scene) third() id.Actor {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterActor{Party: s.Operator, Role: party.Operator})
	return latest[id.Actor](s, "actor")
}

// deputy is one more person of a funder.
func (s *scene) deputy(of id.Party) id.Actor {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterActor{Party: of, Role: party.Funder})
	return latest[id.Actor](s, "actor")
}

func reviewPolicy(changes ...func(p *credit.Policy)) credit.Policy {
	p := credit.DefaultPolicy
	p.State, p.Reason = 0, load32("policy")
	for _, change := range changes {
		change(&p)
	}
	return p
}

// policed puts a policy of the operator in force.
func (s *scene) policed(changes ...func(p *credit.Policy)) {
	s.t.Helper()
	s.give(s.Maker, &book.ProposeReviewPolicy{Policy: reviewPolicy(changes...)})
	s.give(s.Checker, &book.ApproveReviewPolicy{Policy: latest[id.ReviewPolicy](s, "review_policy")})
}

func conditional(kind credit.ConditionKind, days int) func(c *book.ViewApplication) {
	return func(c *book.ViewApplication) {
		c.Conditions = []credit.Condition{{Kind: kind, Text: load32("condition"), Due: c.Until.AddDays(days - 300)}}
	}
}

var reviewRefusals = []refusal{
	{"application_invalid", "The application does not say as what and in what form the party is reviewed, or holds too much.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.applying(func(r *book.ReviewRequest) { r.Form = 0 })
	}},
	{"application_open", "An application on this party is open already.", "Add to it.", func(s *scene) (id.Actor, book.Command) {
		s.applied(s.Maker)
		return s.Checker, s.applying()
	}},
	{"application_state", "The application is in another state.", "Look at it: it may be decided, or wait for something else.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.DecideApplication{Application: s.applied(s.Maker), Decision: book.Approve}
	}},
	{"application_unknown", "There is no such application.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.WithdrawApplication{Application: beyond[id.Application](s, "application"), Reason: load32("x")}
	}},
	{"bureau_invalid", "What a credit bureau is said to have reported can't be taken.", "Correct its source, figures and dates.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.applying(func(r *book.ReviewRequest) { r.Bureaus[0].Date = s.Today + 1 })
	}},
	{"condition_invalid", "The condition has no kind, text or date that fits the review.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.viewing(s.applied(s.Maker), conditional(credit.Covenant, 400))
	}},
	{"condition_open", "A condition that comes before any use is not met.", "Meet it, and say so.", func(s *scene) (id.Actor, book.Command) {
		s.reviewed(conditional(credit.Precedent, 100))
		s.live(5)
		return s.SellerActors[0], s.quote()
	}},
	{"condition_state", "The condition is met or waived already.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		c := &book.SettleCondition{Review: s.reviewed(conditional(credit.Security, 100)), Condition: 1, State: credit.ConditionMet, Note: load32("met")}
		s.give(s.Maker, c)
		return s.Checker, c
	}},
	{"condition_unknown", "The review has no such condition.", "Look at the review.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.SettleCondition{Review: s.reviewed(), Condition: 1, State: credit.ConditionMet, Note: load32("met")}
	}},
	{"fact_unknown", "There is no rolling fact of that name.", "See the list of facts.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeReviewPolicy{Policy: reviewPolicy(func(p *credit.Policy) { p.Triggers = []credit.Trigger{{Fact: "moon_phase", Bound: 1}} })}
	}},
	{"financial_statement_invalid", "The accounts can't be taken as they are.", "Correct period, currency and lines.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.applying(func(r *book.ReviewRequest) { r.Statements[1] = r.Statements[0] })
	}},
	{"news_invalid", "News have a source in lower case and a severity.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RecordNews{Party: s.Anchor, Source: "Daily Paper", Date: s.Today, Severity: credit.Grave, Text: load32("news")}
	}},
	{"notches_exceeded", "The view moves the grade further than the policy lets it.", "Stay within the notches, or change the policy.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.viewing(s.applied(s.Maker), func(c *book.ViewApplication) { c.Grade, c.Override = c.Grade+3, load32("why") })
	}},
	{"review_policy_invalid", "The policy is not one.", "Correct tiers, shares and bounds.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeReviewPolicy{Policy: reviewPolicy(func(p *credit.Policy) { p.Tiers = nil })}
	}},
	{"review_policy_state", "The policy does not wait for a second person.", "Propose another one.", func(s *scene) (id.Actor, book.Command) {
		s.policed()
		return s.Checker, &book.ApproveReviewPolicy{Policy: latest[id.ReviewPolicy](s, "review_policy")}
	}},
	{"review_policy_unknown", "There is no such policy.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveReviewPolicy{Policy: beyond[id.ReviewPolicy](s, "review_policy")}
	}},
	{"scale_invalid", "The bounds are no master scale.", "Let them ascend from above zero to certainty.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeMasterScale{Reason: load32("why")}
	}},
	{"scale_state", "The master scale does not wait for a second person.", "Propose another one.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, &book.ProposeMasterScale{Upto: credit.DefaultScale.Upto, Reason: load32("why")})
		c := &book.ApproveMasterScale{Scale: latest[id.MasterScale](s, "master_scale")}
		s.give(s.Checker, c)
		return s.Checker, c
	}},
	{"scale_unknown", "There is no such master scale.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveMasterScale{Scale: beyond[id.MasterScale](s, "master_scale")}
	}},
	{"tier_missing", "The policy has nobody approve an amount so large.", "Propose less, or another policy.", func(s *scene) (id.Actor, book.Command) {
		s.policed(func(p *credit.Policy) { p.Tiers = []credit.Tier{{Upto: 1, Approvers: 1, Rank: credit.Analyst}} })
		a := s.applied(s.Maker)
		s.give(s.Maker, s.viewing(a))
		return s.Checker, &book.DecideApplication{Application: a, Decision: book.Approve}
	}},
	{"watch_state", "The party is on the watch list already, or is not on it.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.WatchParty{Party: s.Anchor, Listing: book.TakeOff, Reason: load32("why")}
	}},
}

func init() {
	refusals = append(refusals, refusal{"review_too_weak", "The review on which the funder relies is too weak for any use.", "Another funder, or a better review.", func(s *scene) (id.Actor, book.Command) {
		other, actor := s.funder()
		a := s.applied(actor, func(r *book.ReviewRequest) { r.Statements, r.Bureaus[0].Adverse = nil, grave(s.Today) })
		s.give(actor, s.viewing(a))
		s.give(s.deputy(other), &book.DecideApplication{Application: a, Decision: book.Approve})
		p := s.programme(func(*product.Terms) {}, funding.Funder{Party: other, Priority: 2, Rate: 50_000})
		s.live(5)
		c := s.quote()
		c.Programme = p
		return s.SellerActors[0], c
	}})
}

func grave(today calendar.Date) []credit.Adverse {
	return []credit.Adverse{{Event: credit.Insolvency, Date: today - 40}, {Event: credit.Judgment, Date: today - 30}, {Event: credit.Judgment, Date: today - 20}, {Event: credit.TaxArrears, Date: today - 10}}
}
