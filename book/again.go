package book

import (
	"slices"

	"millrace/domain/certificate"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

// Again takes a decision again from the facts that it keeps, under the edition of the rules, the version of the product and the policy that it
// names. A decision of the same program gives the same outcomes to the last bit. False where nothing was asked, or the book does not know
// what it names.
func (b *Book) Again(made *risk.Decision) ([]rule.Outcome, bool) {
	if made.Edition == 0 && made.Declined {
		return nil, true // what could not be taken any more was not weighed
	}
	thresholds, own := risk.Presumed(made.Edition), []rule.Clause(nil)
	if made.Policy != 0 {
		policy := b.riskPolicies.at(made.Policy.Number())
		if policy == nil {
			return nil, false
		}
		thresholds, own = &policy.Thresholds, policy.Clauses
	}
	return b.Under(made, made.Edition, thresholds, own)
}

// Under takes a decision again as it would be under other rules: an edition, thresholds, and the clauses of a programme. The clauses of the
// product stay.
func (b *Book) Under(made *risk.Decision, edition risk.Edition, thresholds *risk.Thresholds, own []rule.Clause) ([]rule.Outcome, bool) {
	product := b.products.at(made.Product.Number())
	if made.Purpose == risk.AtReview || made.Edition == 0 || product == nil || risk.Rules(edition) == nil {
		return nil, false
	}
	law := outcomesOfLaw(&made.Facts)
	facts := made.Facts.Known(made.Scored)
	judged := risk.Evaluate(&made.Facts, thresholds, edition)
	if made.Purpose == risk.AtEarlyPayment {
		judged = slices.DeleteFunc(judged, func(o rule.Outcome) bool { return !standsEarly(o.Rule) })
	}
	outcomes := slices.Concat(judged, law)
	for _, list := range clausesAsked(product.Terms.Eligibility, product.Terms.Policy, own) {
		outcomes = append(outcomes, list.judge(facts)...)
	}
	return outcomes, true
}

// outcomesOfLaw are those of the law of the certificate that is financed.
func outcomesOfLaw(f *risk.Facts) []rule.Outcome {
	if f.Subject != risk.OnHolding {
		return nil
	}
	var outcomes []rule.Outcome
	for _, found := range certificate.Judge(certificate.Law(f.Law), certificate.Financing, certificate.Facts{Issued: f.CertificateIssued, Due: f.CertificateDue, Justified: f.Justified}) {
		outcomes = append(outcomes, found.Outcome)
	}
	return outcomes
}

// clauseList is a list of clauses that is asked of a use, with the mark that its names bear in outcomes.
type clauseList struct {
	mark    string
	clauses []rule.Clause
}

// clausesAsked are the lists in the order in which they are asked.
func clausesAsked(eligibility, policy, own []rule.Clause) [3]clauseList {
	return [...]clauseList{{risk.ProductMark, eligibility}, {risk.ProductMark, policy}, {risk.ClauseMark, own}}
}

// judge gives the outcomes of the clauses that do not pass.
func (l *clauseList) judge(facts []int64) []rule.Outcome {
	var outcomes []rule.Outcome
	for _, found := range rule.Judge(l.clauses, facts) {
		found.Outcome.Rule = l.mark + found.Outcome.Rule
		outcomes = append(outcomes, found.Outcome)
	}
	return outcomes
}
