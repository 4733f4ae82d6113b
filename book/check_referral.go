package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
)

// referralsHold: every financing that waits for its funder's people has one open case, no case waits for a financing that does not, and what
// takes two was approved by two.
func (a *audit) referralsHold() {
	b := a.b
	open := map[id.Financing]id.Referral{}
	for n := uint64(1); n <= b.referrals.count; n++ {
		r := b.referrals.at(n)
		number(a, r.ID, n, r.Entry)
		f := b.financings.at(uint64(r.Financing) >> 16)
		if f == nil || f.Funder != r.Funder || f.Programme != r.Programme || f.Seller != r.Seller || r.Deadline > r.Lapses {
			a.breach("referral_invalid", r.ID.String(), "%s is about no financing of its funder", r.ID)
			open[r.Financing] = r.ID
			continue
		}
		waits := f.State == funding.Referred && f.Checker == 0
		if r.State.Ended() == waits || r.State.Ended() != (r.Ended != 0) {
			a.breach("referral_state", r.ID.String(), "%s is %s, and financing %s is %s", r.ID, r.State, f.ID, f.State)
		}
		if (r.Decider == 0) != (r.State != funding.ReferralApproved && r.State != funding.ReferralDeclined) {
			a.breach("referral_state", r.ID.String(), "%s is %s, decided by %s", r.ID, r.State, r.Decider)
		}
		if r.State == funding.ReferralApproved && r.Seconded && !a.advised(r) {
			a.breach("referral_second", r.ID.String(), "%s took two and was approved by one", r.ID)
		}
		if !r.State.Ended() {
			if open[r.Financing] != 0 {
				a.breach("referral_state", r.ID.String(), "%s and %s are about one financing", r.ID, open[r.Financing])
			}
			open[r.Financing] = r.ID
		}
	}
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if f.State == funding.Referred && f.Checker == 0 && open[f.ID] == 0 {
			a.breach("referral_missing", f.ID.String(), "%s waits for a person, and there is no case", f.ID)
		}
	}
	for n := uint64(1); n <= b.referrals.count; n++ {
		r := b.referrals.at(n)
		if open[r.Financing] == r.ID && b.referralOf[r.Financing] != r.ID {
			a.breach("index_referrals", r.ID.String(), "the index does not lead to %s", r.ID)
		}
	}
	if len(b.referralOf) != len(open) {
		a.breach("index_referrals", "", "%d referrals are open, the index knows %d", len(open), len(b.referralOf))
	}
}

// advised tells whether a colleague of who approved had said so before.
func (a *audit) advised(r *funding.Referral) bool {
	for _, advice := range r.Advices {
		actor := a.b.actors.at(uint64(advice.Actor) >> 16)
		if advice.Says == 1 && advice.Actor != r.Decider && actor != nil && actor.Party == r.Funder {
			return true
		}
	}
	return false
}
