package book

import (
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

// creditReviews: scales, policies, applications, news and watch lists are sound; a review that an application led to is the one that its
// analyst viewed and enough others approved; and each index leads to what is in force.
func (a *audit) creditReviews() {
	a.scalesAndPolicies()
	a.applications()
	a.reviewsOfFunders()
	a.watchLists()
	b := a.b
	for n := uint64(1); n <= b.news.count; n++ {
		w := b.news.at(n)
		number(a, w.ID, n, w.Entry)
		if b.parties.at(uint64(w.Party)>>16) == nil || w.Severity < 1 || w.Severity > 3 || w.Date > b.clock.Date {
			a.breach("news_invalid", w.ID.String(), "%s is of no party, of no severity, or of a day to come", w.ID)
		}
	}
}

func (a *audit) scalesAndPolicies() {
	b := a.b
	scale, policies := id.MasterScale(0), map[id.Party]id.ReviewPolicy{}
	for n := uint64(1); n <= b.masterScales.count; n++ {
		s := b.masterScales.at(n)
		number(a, s.ID, n, s.Entry)
		a.inForce(s.ID, s.State, s.Maker, s.Checker)
		for i := 1; i < len(s.Upto); i++ {
			if s.Upto[i] <= s.Upto[i-1] || s.Upto[0] <= 0 || s.Upto[len(s.Upto)-1] != 1_000_000 {
				a.breach("scale_invalid", s.ID.String(), "the bounds of %s do not ascend to certainty", s.ID)
				break
			}
		}
		if s.State == credit.Live {
			if scale != 0 {
				a.breach("scale_twice", s.ID.String(), "%s and %s are both in force", scale, s.ID)
			}
			scale = s.ID
		}
	}
	for n := uint64(1); n <= b.reviewPolicies.count; n++ {
		p := b.reviewPolicies.at(n)
		number(a, p.ID, n, p.Entry)
		a.inForce(p.ID, p.State, p.Maker, p.Checker)
		if p.State != credit.Live {
			continue
		}
		if before, twice := policies[p.Funder]; twice {
			a.breach("review_policy_twice", p.ID.String(), "%s and %s are both in force for %s", before, p.ID, p.Funder)
		}
		policies[p.Funder] = p.ID
	}
	for n := uint64(1); n <= b.parties.count+1; n++ { // the operator's first
		funder := id.Party(0)
		if n > 1 {
			funder = b.parties.at(n - 1).ID
		}
		if b.reviewPolicyOf[funder] != policies[funder] {
			a.breach("index_review_policies", policies[funder].String(), "the index leads to %s instead of %s", b.reviewPolicyOf[funder], policies[funder])
		}
	}
	if b.scaleOf != scale || len(b.reviewPolicyOf) != len(policies) {
		a.breach("index_review_policies", "", "scale %s and %d policies are in force, the book goes by %s and %d", scale, len(policies), b.scaleOf, len(b.reviewPolicyOf))
	}
}

func (a *audit) inForce(record interface{ String() string }, state credit.State, maker, checker id.Actor) {
	if state >= credit.Live && (checker == 0 || checker == maker) {
		a.breach("second_person", record.String(), "%s is in force on one person's word", record)
	}
}

// applications: one at most is open for a funder and party; what was reckoned adds up; what was granted, enough persons have approved.
func (a *audit) applications() {
	b := a.b
	type seat struct{ funder, party id.Party }
	open := map[seat]id.Application{}
	for n := uint64(1); n <= b.applications.count; n++ {
		p := b.applications.at(n)
		number(a, p.ID, n, p.Entry)
		if f := b.parties.at(uint64(p.Funder) >> 16); p.Funder != 0 && (f == nil || f.Roles&party.Funder == 0) {
			a.breach("application_funder", p.ID.String(), "%s is of %s, which is no funder", p.ID, p.Funder)
		}
		a.reckoned(p)
		if p.State == credit.Granted {
			a.granted(p)
		}
		if p.State < credit.Granted {
			if before, twice := open[seat{p.Funder, p.Party}]; twice {
				a.breach("application_twice", p.ID.String(), "%s and %s are open for the same", before, p.ID)
			}
			open[seat{p.Funder, p.Party}] = p.ID
		}
		if p.State == credit.Refused && p.View.Actor == 0 && p.Form == credit.SoleTrader {
			a.breach("application_automated", p.ID.String(), "%s refuses a natural person, and nobody has looked", p.ID)
		}
	}
	for n := uint64(1); n <= b.applications.count; n++ {
		p := b.applications.at(n)
		if open[seat{p.Funder, p.Party}] == p.ID && b.applicationOf[reviewKey{p.Funder, p.Party}] != p.ID {
			a.breach("index_applications", p.ID.String(), "the index does not lead to %s", p.ID)
		}
	}
	if len(b.applicationOf) != len(open) {
		a.breach("index_applications", "", "%d applications are open, the index knows %d", len(open), len(b.applicationOf))
	}
}

// reckoned: the lines of a limit follow from one another and end with it.
func (a *audit) reckoned(p *credit.Application) {
	made := &p.Assessment
	if p.State == credit.Due || made.Date == 0 {
		return
	}
	least, known := money.Minor(0), false
	sound := len(made.Lines) > 0 && made.Grade >= 1 && made.Grade <= credit.GradeMax
	for i := range made.Lines {
		l := &made.Lines[i]
		if expected := money.MulDiv(l.Input, int64(l.Factor), 1_000_000); l.Factor != 0 && l.Result != min(expected, credit.FigureMax) {
			sound = false
		}
		switch l.Step {
		case credit.ByGrade, credit.ByInsurer, credit.ByGroup, credit.ByAsked:
			if !known || l.Result < least {
				least, known = l.Result, true
			}
		}
	}
	if sound {
		last := made.Lines[len(made.Lines)-1]
		sound = last.Input == least && last.Result == made.Limit && made.Limit <= least && made.Limit <= p.Asked
	}
	if !sound {
		a.breach("application_limit", p.ID.String(), "the arithmetic of %s does not lead to its limit", p.ID)
	}
}

// granted: analyst, applicant and approvers are different persons, and the review is what the analyst has viewed.
func (a *audit) granted(p *credit.Application) {
	seen := map[id.Actor]bool{p.View.Actor: true, p.Maker: true}
	for _, one := range p.Approvals {
		if seen[one] {
			a.breach("second_person", p.ID.String(), "%s was approved twice by %s, or by who has applied or viewed", p.ID, one)
		}
		seen[one] = true
	}
	r := a.b.reviews.at(uint64(p.Review) >> 16)
	if len(p.Approvals) == 0 || r == nil || r.Application != p.ID || r.Party != p.Party || r.Funder != p.Funder || r.Grade != p.View.Grade || r.Granted != p.View.Limit || r.Maker != p.View.Actor {
		a.breach("application_review", p.ID.String(), "%s was granted, and its review is not what was viewed and approved", p.ID)
	}
}

// reviewsOfFunders: one is in force at most for a funder and party.
func (a *audit) reviewsOfFunders() {
	b := a.b
	live := 0
	for n := uint64(1); n <= b.reviews.count; n++ {
		r := b.reviews.at(n)
		if r.Funder != 0 && r.State == credit.Live {
			live++
			if b.ownReviewOf[reviewKey{r.Funder, r.Party}] != r.ID {
				a.breach("index_reviews", r.ID.String(), "the index does not lead to %s", r.ID)
			}
		}
		for i := range r.Conditions {
			if c := &r.Conditions[i]; (c.State == credit.ConditionOpen) != (c.Actor == 0) || c.State == credit.ConditionWaived && c.Actor == r.Maker {
				a.breach("condition_settled", r.ID.String(), "a condition of %s is settled by nobody, or waived by who has set it", r.ID)
			}
		}
	}
	if len(b.ownReviewOf) != live {
		a.breach("index_reviews", "", "%d reviews of funders are in force, the index knows %d", live, len(b.ownReviewOf))
	}
}

func (a *audit) watchLists() {
	b := a.b
	for n := uint64(1); n <= b.watches.count; n++ {
		w := b.watches.at(n)
		number(a, w.ID, n, w.Entry)
		if b.watchOf[reviewKey{w.Funder, w.Party}] != w.ID {
			a.breach("index_watches", w.ID.String(), "the index does not lead to %s, or two are about the same", w.ID)
		}
	}
	if uint64(len(b.watchOf)) != b.watches.count {
		a.breach("index_watches", "", "%d places on watch lists are on record, the index knows %d", b.watches.count, len(b.watchOf))
	}
}
