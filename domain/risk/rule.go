package risk

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/rule"
)

// Group is what a rule is about.
type Group uint8

// The groups, in the order in which rules are reported.
const (
	OfEvidence Group = 1 + iota
	OfIdentity
	OfLimits
	OfConcentration
	OfBehaviour
	OfRelations
	OfNetwork
	OfRegulation
)

var groupNames = [...]string{"", "evidence", "identity", "limits", "concentration", "behaviour", "relations", "network", "regulation"}

// String is the name used in API, console and reference.
func (g Group) String() string { return groupNames[g] }

// MarshalText gives the name.
func (g Group) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// Rule is one version of one rule of risk control. It stays as it is for ever: what changes is a new version, in a new edition.
type Rule struct {
	Code     string // stable
	Version  uint16
	Title    string        // what it asks, for a person
	Why      string        // what goes wrong without it
	Source   string        // the law, or the case, or whose rule it is
	From     calendar.Date // first business date on which it holds; 0 for ever
	Severity rule.Verdict  // the worst that it can say
	Group    Group
	Judge    func(f *Facts, t *Thresholds) (verdict rule.Verdict, measure, bound int64)

	Fixtures []Fixture // what it must pass, and what it must stop
}

// Fixture is a change to sound facts, or to the thresholds presumed, with what the rule must say of them.
type Fixture struct {
	Name   string
	Change func(f *Facts, t *Thresholds)
	Want   rule.Verdict
}

// Edition is the number of a list of rules, each in one version, with the thresholds that are presumed where a programme has none of its own.
type Edition uint16

// Now is the edition in force.
const Now = Edition(len(editions))

// editions are the lists by their numbers, from 1. An edition that a decision names is never changed.
var editions = [...][]*Rule{first, second, third, fourth}

// first are the rules before decisions were put on record.
var first = []*Rule{&tenor, &relatedParties, &circularTrade, &largeAmount, &sellerShare, &buyerOverdue, &buyerGrade, &tradeDifferences, &possibleDuplicate, &aggregateExceeded}

// second adds identity, behaviour, network and regulation, and lets a programme set thresholds.
var second = []*Rule{
	&tradeDifferences, &possibleDuplicate, &aggregateExceeded, &evidenceGrade, &undertakingWanted, &undertakingUnsigned, &documentAge, &issuedAhead, &orderAfterInvoice, &selfBilledUnconfirmed, &prospective, &overbilled, &renumbered, &claimDisputed,
	&partyStanding, &fileOverdue, &fileGaps, &ownerMissing, &screeningOpen, &screeningHit, &payeeChanged, &payeeNew,
	&tenor, &buyerGrade, &limitNear, &insurerLimit,
	&largeAmount2, &sellerShare2, &largestBuyer, &buyersConcentrated, &invoiceShare,
	&buyerOverdue, &lateDays, &lateRising, &dilution, &dilutionRising, &disputes, &amountUnusual, &monthEndBurst, &roundAmount, &paymentsReversed, &sellerDefaults, &refusedOften,
	&relatedParties, &circularTrade2, &commonOwner,
	&circle, &swap, &youngBurst, &funnel, &networkUnseen,
	&embargo, &restrictedCountry, &cnPaymentTerm, &euLatePayment, &cnCostOfCredit, &banOverruled, &watchList,
}

// third asks who was screened, and who owns whom.
var third = afterRule(second, &screeningHit, &ownerListed, &notScreened)

// fourth asks for shares, where the editions before refer for one financing of the buyer a day late, and for the third that a seller has ever lost.
var fourth = insteadOf(insteadOf(third, &buyerOverdue, &buyerOverdue2), &sellerDefaults, &sellerDefaults2)

// insteadOf is a list with one rule in the place of another.
func insteadOf(list []*Rule, old, now *Rule) []*Rule {
	list = slices.Clone(list)
	list[slices.Index(list, old)] = now
	return list
}

// afterRule is a list with more rules after one of it.
func afterRule(list []*Rule, after *Rule, more ...*Rule) []*Rule {
	at := slices.Index(list, after) + 1
	return slices.Concat(list[:at], more, list[at:])
}

// Rules are those of an edition, in the order in which they are reported; nil for an edition that there is not.
func Rules(e Edition) []*Rule {
	if e == 0 || int(e) > len(editions) {
		return nil
	}
	return editions[e-1]
}

// Find gives the version of a rule that an edition holds; nil for none.
func Find(e Edition, code string) *Rule {
	for _, r := range Rules(e) {
		if r.Code == code {
			return r
		}
	}
	return nil
}

// Evaluate asks every rule of an edition that holds on the facts' date, and gives the outcomes that did not pass, in the order of the edition.
// It is pure: the same facts, thresholds and edition give the same outcomes for ever.
func Evaluate(f *Facts, t *Thresholds, e Edition) []rule.Outcome {
	var outcomes []rule.Outcome
	for _, r := range Rules(e) {
		if f.Date < r.From {
			continue
		}
		if verdict, measure, bound := r.Judge(f, t); verdict != rule.Pass {
			outcomes = append(outcomes, rule.Outcome{Rule: r.Code, Verdict: verdict, Measure: measure, Bound: bound, Version: r.Version})
		}
	}
	return outcomes
}

// Connects tells whether a rule of the edition in force is about relations, the network or regulation: what a seller and a buyer may have
// arranged between themselves, or what the law asks.
func Connects(code string) bool {
	for _, r := range editions[Now-1] {
		if r.Code == code {
			return r.Group >= OfRelations
		}
	}
	return false
}
