package screening_test

import (
	"slices"
	"testing"

	"millrace/domain/rule"
	"millrace/domain/screening"
)

func TestSuspect(t *testing.T) {
	type found struct {
		finding screening.Finding
		sides   screening.Sides
	}
	for _, test := range []struct {
		name  string
		fired []string
		want  []found
	}{
		{"nothing", nil, nil},
		{"a circle alone", []string{"circle", "large_amount"}, nil},
		{"relatives alone", []string{"related_parties"}, nil},
		{"a circle of relatives", []string{"related_parties", "circle"}, []found{{screening.CircularRelated, screening.BothSides}}},
		{"a swap of one owner", []string{"swap", "common_owner"}, []found{{screening.CircularRelated, screening.BothSides}}},
		{"billed again", []string{"renumbered"}, []found{{screening.DoublePledge, screening.SellerSide}}},
		{"no signature", []string{"undertaking_unsigned"}, nil},
		{"no signature, and disputed", []string{"undertaking_unsigned", "claim_disputed"}, []found{{screening.ForgedUndertaking, screening.SellerSide}}},
	} {
		var outcomes []rule.Outcome
		for _, code := range test.fired {
			outcomes = append(outcomes, rule.Outcome{Rule: code, Verdict: rule.Refer})
		}
		var got []found
		screening.Suspect(outcomes, func(f screening.Finding, s screening.Sides) { got = append(got, found{f, s}) })
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
