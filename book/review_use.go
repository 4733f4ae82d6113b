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

// reviewed lets a use rest on the reviews on which a funder relies, on its watch list and on its models; it refuses where there is no review that
// lasts, or where the grade is too weak for any use.
func (u *use) reviewed(d *draft, funder id.Party) *Rejection {
	grade, rejection := u.gradeFor(d, funder)
	if rejection != nil {
		return rejection
	}
	watched := u.watched(d, funder)
	own := d.ownModels(funder)
	same := u.facts.BuyerGrade == grade && u.facts.Watched == watched
	if same && !own && u.scorer == 0 {
		return nil
	}
	if u.facts.BuyerGrade, u.facts.Watched, u.scorer = grade, watched, 0; own {
		u.scorer = funder
	}
	u.scored = u.score(d, funder)
	policy := d.riskPolicyOf(u.programme)
	if !same {
		u.judged = risk.Evaluate(&u.facts, d.thresholdsOf(policy), d.rules())
	}
	u.clauses(policy)
	if slices.ContainsFunc(u.judged, func(o rule.Outcome) bool { return o.Rule == "buyer_grade" && o.Verdict == rule.Refuse }) {
		return reject("review_too_weak", "buyer", "the review on which the funder relies is too weak for any use")
	}
	return nil
}

// gradeFor is the grade on which a use of a funder's money rests.
func (u *use) gradeFor(d *draft, funder id.Party) (uint8, *Rejection) {
	if len(d.ownReviewOf) == 0 && len(d.reviewPolicyOf) == 0 {
		return u.facts.BuyerGrade, nil
	}
	grade := uint8(0)
	if u.security == nil {
		ofBuyer, rejection := d.gradedBy(funder, u.buyer, "buyer")
		if rejection != nil {
			return 0, rejection
		}
		grade = ofBuyer
	}
	if u.product.Terms.SellerReview || u.receivable == nil {
		ofSeller, rejection := d.gradedBy(funder, u.seller, "seller")
		if rejection != nil {
			return 0, rejection
		}
		if u.receivable == nil {
			grade = max(grade, ofSeller)
		}
	}
	return grade, nil
}

// refersFor are the outcomes of rules that refer on a funder's own review and were not said of the use before.
func (u *use) refersFor(before []rule.Outcome) []rule.Outcome {
	var own []rule.Outcome
	for _, o := range u.judged {
		if o.Verdict == rule.Refer && !foreseen(o, before) {
			o.Rule = ownMark + o.Rule
			own = append(own, o)
		}
	}
	return own
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
