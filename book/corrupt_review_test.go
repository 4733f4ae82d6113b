package book

import (
	"millrace/domain/credit"
	"millrace/domain/id"
)

// applies puts a sound application on record: granted, with its review in force.
func (b *Book) applies() *credit.Application {
	number, review := b.applications.count+1, b.reviews.count+1
	a := credit.Application{
		ID: id.Make[id.Application](1, number), Party: b.parties.at(1).ID, Side: credit.AsBuyer, Form: credit.Company, Asked: 500, State: credit.Granted, Opened: b.clock.Date,
		Maker: b.actors.at(1).ID, Entry: 1, Approvals: []id.Actor{b.actors.at(2).ID}, Review: id.Make[id.Review](1, review), Decided: b.clock.Date,
		Assessment: credit.Assessment{Date: b.clock.Date, Grade: 3, Limit: 500, Lines: []credit.LimitLine{
			{Step: credit.Base, Input: 900, Result: 900}, {Step: credit.ByGrade, Input: 900, Factor: 1_000_000, Result: 900},
			{Step: credit.ByAsked, Input: 500, Result: 500, Binds: true}, {Step: credit.Rounded, Input: 500, Result: 500},
		}},
		View: credit.View{Grade: 3, Limit: 500, Actor: b.actors.at(1).ID},
	}
	b.applications.add(number, a)
	b.reviews.add(review, credit.Review{
		ID: a.Review, Party: a.Party, State: credit.Live, Grade: 3, Maker: a.View.Actor, Checker: a.Approvals[0], Entry: 1, Application: a.ID, Granted: 500,
		Conditions: []credit.Condition{{Kind: credit.Security}},
	})
	if before := b.reviews.at(b.reviewOf[a.Party].Number()); before != nil {
		before.State = credit.Replaced
	}
	b.indexReview(b.reviews.at(review))
	return b.applications.at(number)
}

// warns puts an application that is due on record.
func (b *Book) warns() *credit.Application {
	number := b.applications.count + 1
	b.applications.add(number, credit.Application{ID: id.Make[id.Application](1, number), Party: b.parties.at(1).ID, State: credit.Due, Entry: 1})
	b.indexApplication(b.applications.at(number))
	return b.applications.at(number)
}

// polices puts a policy in force.
func (b *Book) polices() *credit.Policy {
	p := credit.DefaultPolicy
	p.ID, p.Maker, p.Checker, p.Entry = id.Make[id.ReviewPolicy](1, b.reviewPolicies.count+1), b.actors.at(1).ID, b.actors.at(2).ID, 1
	b.reviewPolicies.add(b.reviewPolicies.count+1, p)
	b.clock.Reviewed = b.clock.Date
	b.indexReviewPolicy(b.reviewPolicies.at(b.reviewPolicies.count))
	return b.reviewPolicies.at(b.reviewPolicies.count)
}

func (b *Book) scales() *credit.MasterScale {
	s := credit.DefaultScale
	s.ID, s.Maker, s.Checker, s.Entry = id.Make[id.MasterScale](1, b.masterScales.count+1), b.actors.at(1).ID, b.actors.at(2).ID, 1
	b.masterScales.add(b.masterScales.count+1, s)
	b.indexMasterScale(b.masterScales.at(b.masterScales.count))
	return b.masterScales.at(b.masterScales.count)
}

func (b *Book) putOnWatch() *credit.Watch {
	number := b.watches.count + 1
	b.watches.add(number, credit.Watch{ID: id.Make[id.Watch](1, number), Party: b.parties.at(1).ID, On: true, Entry: 1})
	b.indexWatch(b.watches.at(number))
	return b.watches.at(number)
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"application_limit", "a limit that does not follow", func(b *Book) { b.applies().Assessment.Limit++ }},
		Corruption{"application_limit", "a line that is not its input times its factor", func(b *Book) { b.applies().Assessment.Lines[1].Result++ }},
		Corruption{"application_review", "a review with another grade", func(b *Book) { b.reviews.at(b.applies().Review.Number()).Grade++ }},
		Corruption{"application_funder", "an application of a party that is no funder", func(b *Book) {
			a := b.warns()
			clear(b.applicationOf)
			a.Funder = b.parties.at(1).ID
			b.indexApplication(a)
		}},
		Corruption{"application_automated", "a sole trader refused by nobody", func(b *Book) {
			a := b.applies()
			a.State, a.Form, a.View = credit.Refused, credit.SoleTrader, credit.View{}
		}},
		Corruption{"application_twice", "two that are open for the same", func(b *Book) { b.warns(); b.warns() }},
		Corruption{"index_applications", "an open one not found", func(b *Book) { delete(b.applicationOf, reviewKey{0, b.warns().Party}) }},
		Corruption{"second_person", "an application approved by its analyst", func(b *Book) { a := b.applies(); a.Approvals[0] = a.View.Actor }},
		Corruption{"condition_settled", "a condition met by nobody", func(b *Book) { b.reviews.at(b.applies().Review.Number()).Conditions[0].State = credit.ConditionMet }},
		Corruption{"scale_invalid", "a scale that falls", func(b *Book) { b.scales().Upto[3] = 1 }},
		Corruption{"scale_twice", "two scales in force", func(b *Book) { b.scales(); b.scales() }},
		Corruption{"review_policy_twice", "two policies in force", func(b *Book) { b.polices(); b.polices() }},
		Corruption{"index_review_policies", "a policy not found", func(b *Book) { b.polices(); clear(b.reviewPolicyOf) }},
		Corruption{"index_watches", "a place on a watch list not found", func(b *Book) { b.putOnWatch(); clear(b.watchOf) }},
		Corruption{"news_invalid", "news of no severity", func(b *Book) {
			b.news.add(1, credit.News{ID: id.Make[id.News](1, 1), Party: b.parties.at(1).ID, Date: b.clock.Date, Entry: 1})
		}},
	)
}
