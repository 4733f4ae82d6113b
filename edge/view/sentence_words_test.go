package view

import (
	"testing"

	"millrace/domain/funding"
	"millrace/domain/rule"
)

// An event names the rules that stopped a use as a person says them, and not by their codes.
func TestRulesAreToldInWords(t *testing.T) {
	s := &showing{}
	told := func(state funding.FinancingState, outcomes ...rule.Outcome) string {
		return s.opened(&funding.Financing{State: state, Outcomes: outcomes}).String()
	}
	amount := AmountOf(0, 0).String()
	for got, want := range map[string]string{
		told(funding.Referred, rule.Outcome{Rule: "circular_trade"}, rule.Outcome{Rule: "buyer_overdue"}): "The quote for " + amount + " was referred to a person: circular trade, buyer past due.",
		told(funding.Declined, rule.Outcome{Rule: "late_rising"}):                                         "The quote for " + amount + " was declined: buyer paying later and later.",
		told(funding.Declined): "The quote for " + amount + " was declined by a rule.",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
