// Package risk holds the rules that look at each use of credit: one rule a file, each with its code, its source and
// fixtures of what it must pass and what it must stop.
package risk

import (
	"millrace/domain/money"
	"millrace/domain/rule"
)

// Facts is what the rules look at, as it stood when the financing was decided. Amounts are in minor units of the
// programme's currency and include the financing that is being decided.
type Facts struct {
	Amount            money.Minor // of the receivable to be financed
	ReferAbove        money.Minor // programme's bound; 0 for none
	SellerUse         money.Minor // exposure of the seller in the programme
	ProgrammeUse      money.Minor // exposure of the programme
	SellerShare       money.Rate  // programme's bound; 0 for none
	TenorDays         int32       // from the business date to the due date
	TenorDaysMin      int32       // product's bound
	TenorDaysMax      int32       // product's bound
	BuyerOverdue      int32       // financings of this buyer in the programme that are past due
	BuyerGrade        uint8       // of its live review
	ReverseTrades     int32       // trades in which the buyer sells to the seller
	SameGroup         int32       // 1 where seller and buyer belong to one group, or are one party
	Differences       int32       // ways in which more is billed than was ordered or received; 0 under an irrevocable undertaking
	PossibleDuplicate int32       // rung of the ladder of duplicates on which another claim is like it; 0 for none
	DuplicateWeight   int64       // of the evidence for that, in hundredths of a bit
	DuplicateBound    int64       // programme's bound: from here on a person looks
	FinancedOnTrade   money.Minor // on its trade in all, without tax, where that is more than was earned
	EarnedOnTrade     money.Minor // ordered and received in all, with the programme's tolerance
}

// Rule is one rule of risk control.
type Rule struct {
	Code     string // stable
	Title    string // what it asks, for a person
	Source   string // where it comes from
	Version  uint16
	Evaluate func(Facts) (verdict rule.Verdict, measure, bound int64)
}

// Rules are all rules, in the order in which they are reported.
var Rules = []Rule{tenor, relatedParties, circularTrade, largeAmount, sellerShare, buyerOverdue, buyerGrade, tradeDifferences, possibleDuplicate, aggregateExceeded}

// Evaluate applies every rule and gives the outcomes that did not pass.
func Evaluate(facts Facts) []rule.Outcome {
	var outcomes []rule.Outcome
	for _, r := range Rules {
		verdict, measure, bound := r.Evaluate(facts)
		if verdict != rule.Pass {
			outcomes = append(outcomes, rule.Outcome{Rule: r.Code, Verdict: verdict, Measure: measure, Bound: bound, Version: r.Version})
		}
	}
	return outcomes
}
