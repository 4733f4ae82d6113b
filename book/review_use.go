package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

// gradedIn is the grade of a party on which a use in a programme may rest before its funder is known: the best of those on which its
// funders rely. It refuses where none of them has one that lasts.
func (d *draft) gradedIn(p *funding.Programme, of id.Party, field string) (uint8, *Rejection) {
	if len(d.ownReviewOf) == 0 && len(d.reviewPolicyOf) == 0 || len(p.Funders) == 0 {
		return d.graded(of, field)
	}
	best, refused := uint8(0), (*Rejection)(nil)
	for i := range p.Funders {
		grade, rejection := d.gradedBy(p.Funders[i].Party, of, field)
		switch {
		case rejection == nil && (best == 0 || grade < best):
			best = grade
		case refused == nil:
			refused = rejection
		}
	}
	if best == 0 {
		return 0, refused
	}
	return best, nil
}

// reviewed lets a use rest on the reviews on which a funder relies, and on its watch list; it refuses where there is none that lasts, or
// where the grade is too weak for any use.
func (u *use) reviewed(d *draft, funder id.Party) *Rejection {
	if watched := u.watched(d, funder); watched != u.facts.Watched {
		u.facts.Watched = watched
		u.judge(d)
	}
	if len(d.ownReviewOf) == 0 && len(d.reviewPolicyOf) == 0 {
		return nil
	}
	grade := uint8(0)
	if u.security == nil {
		ofBuyer, rejection := d.gradedBy(funder, u.buyer, "buyer")
		if rejection != nil {
			return rejection
		}
		grade = ofBuyer
	}
	if u.product.Terms.SellerReview || u.receivable == nil {
		ofSeller, rejection := d.gradedBy(funder, u.seller, "seller")
		if rejection != nil {
			return rejection
		}
		if u.receivable == nil {
			grade = max(grade, ofSeller)
		}
	}
	if u.facts.BuyerGrade != grade {
		u.facts.BuyerGrade = grade
		u.judge(d)
	}
	if slices.ContainsFunc(u.judged, func(o rule.Outcome) bool { return o.Rule == "buyer_grade" && o.Verdict == rule.Refuse }) {
		return reject("review_too_weak", "buyer", "the review on which the funder relies is too weak for any use")
	}
	return nil
}

// judge asks the rules again, on facts that are those of another funder.
func (u *use) judge(d *draft) {
	u.judged = risk.Evaluate(&u.facts, d.thresholdsOf(d.riskPolicyOf(u.programme)), risk.Now)
}

// watched tells which parties of a use are on a watch list of the operator or of a funder: 1 the buyer, 2 the seller, 3 both.
func (u *use) watched(d *draft, funder id.Party) uint8 {
	if len(d.watchOf) == 0 {
		return 0
	}
	found := uint8(0)
	if d.watched(funder, u.buyer) {
		found |= 1
	}
	if d.watched(funder, u.seller) {
		found |= 2
	}
	return found
}
