package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
)

// refer lets a quote wait for its funder, with a sound case.
func (b *Book) refer() *funding.Referral {
	f := first(&b.financings, func(f *funding.Financing) bool { return f.State == funding.Quoted })
	f.State = funding.Referred
	number := b.referrals.count + 1
	b.referrals.add(number, funding.Referral{
		ID: id.Make[id.Referral](1, number), Financing: f.ID, Programme: f.Programme, Funder: f.Funder, Seller: f.Seller, State: funding.ReferralOpen, Seconded: true,
		Opened: b.clock.Date, Deadline: b.clock.Date, Lapses: b.clock.Date, Entry: 1,
	})
	b.indexReferral(b.referrals.at(number))
	return b.referrals.at(number)
}

// approve ends a referral soundly but for the second pair of eyes.
func (b *Book) approve(r *funding.Referral) {
	b.financings.at(r.Financing.Number()).State = funding.Quoted
	r.State, r.Decider, r.Ended = funding.ReferralApproved, b.actors.at(1).ID, b.clock.Date
	delete(b.referralOf, r.Financing)
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"referral_invalid", "a referral of another funder", func(b *Book) { b.refer().Funder++ }},
		Corruption{"referral_state", "an open referral that somebody has decided", func(b *Book) { b.refer().Decider = b.actors.at(1).ID }},
		Corruption{"referral_missing", "a financing that waits for nobody", func(b *Book) {
			first(&b.financings, func(f *funding.Financing) bool { return f.State == funding.Quoted }).State = funding.Referred
		}},
		Corruption{"referral_second", "one pair of eyes where two are asked for", func(b *Book) { b.approve(b.refer()) }},
		Corruption{"index_referrals", "a referral that is not found", func(b *Book) { delete(b.referralOf, b.refer().Financing) }},
	)
}
