package view

import (
	"testing"

	"millrace/domain/funding"
	"millrace/domain/rule"
)

// An event names the rules that stopped a use by words, as the pages do, and not by their codes.
func TestRulesAreToldInWords(t *testing.T) {
	told := rulesOf(&funding.Financing{Outcomes: []rule.Outcome{{Rule: "circular_trade"}, {Rule: "buyer_overdue"}}})
	if got, want := told.String(), "the rule circular trade, buyer overdue"; got != want {
		t.Errorf("two rules are told as %q, want %q", got, want)
	}
	if got, want := rulesOf(&funding.Financing{}).String(), "a rule"; got != want {
		t.Errorf("no rule is told as %q, want %q", got, want)
	}
}
