package screening

import (
	"slices"

	"millrace/domain/rule"
)

// Finding is what rules of risk control have found of a use that opens a case by itself.
type Finding uint8

// The findings. Their numbers are stored.
const (
	CircularRelated   Finding = 1 + iota // goods and money go in a circle between parties of one owner or group
	DoublePledge                         // the same goods are billed again under another number
	ForgedUndertaking                    // the buyer disputes what an undertaking without its signature confirms
)

// FindingNames are the names used in API and console.
var FindingNames = [...]string{"", "circular_trade_of_related_parties", "double_pledge", "forged_undertaking"}

// String is the name used in API and console.
func (f Finding) String() string { return nameOf(FindingNames[:], int(f)) }

// Sides says whom a finding concerns.
type Sides uint8

// The sides.
const (
	SellerSide Sides = 1 + iota
	BothSides
)

// FindingDays is how long no second case is opened for the same finding about a party.
const FindingDays = 90

// findings are the findings with the codes of the rules of which one of each list must have fired.
var findings = [...]struct {
	finding Finding
	sides   Sides
	rules   [][]string
}{
	{CircularRelated, BothSides, [][]string{{"circle", "circular_trade", "swap"}, {"related_parties", "common_owner"}}},
	{DoublePledge, SellerSide, [][]string{{"renumbered"}}},
	{ForgedUndertaking, SellerSide, [][]string{{"undertaking_unsigned"}, {"claim_disputed"}}},
}

// Suspect lists what the outcomes of a decision give rise to suspect, and of whom.
func Suspect(outcomes []rule.Outcome, yield func(Finding, Sides)) {
	for i := range findings {
		f := &findings[i]
		if !slices.ContainsFunc(f.rules, func(codes []string) bool {
			return !slices.ContainsFunc(outcomes, func(o rule.Outcome) bool { return slices.Contains(codes, o.Rule) })
		}) {
			yield(f.finding, f.sides)
		}
	}
}
