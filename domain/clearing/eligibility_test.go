package clearing_test

import (
	"testing"

	"millrace/domain/clearing"
)

// Each reason stands alone against a debt that would take part, and comes before those that are asked later.
func TestWhyADebtIsLeftOut(t *testing.T) {
	terms := clearing.Terms{Currency: 978, Least: 10, Value: 100}
	word := clearing.Stance{Onboarded: true, InGroup: true, Consent: clearing.Standing}
	sound := clearing.Facts{Open: true, Currency: 978, Outstanding: 10, Due: 100, Debtor: word, Creditor: word}
	if reason := terms.Judge(&sound, 0); reason != 0 {
		t.Fatalf("a sound debt is left out: %s", reason)
	}
	all := sound
	seen := map[clearing.Omission]bool{}
	for _, test := range []struct {
		reason clearing.Omission
		change func(f *clearing.Facts)
	}{ // from the last that is asked
		{clearing.WithoutWord, func(f *clearing.Facts) { f.Creditor.Consent = 0 }},
		{clearing.WithoutWord, func(f *clearing.Facts) { f.Debtor.Consent = clearing.Out }},
		{clearing.Barred, func(f *clearing.Facts) { f.Creditor.Barred = true }},
		{clearing.Barred, func(f *clearing.Facts) { f.Debtor.Barred = true }},
		{clearing.NotOnboarded, func(f *clearing.Facts) { f.Creditor.Onboarded = false }},
		{clearing.NotOnboarded, func(f *clearing.Facts) { f.Debtor.Onboarded = false }},
		{clearing.Charged, func(f *clearing.Facts) { f.Charged = true }},
		{clearing.UnderWay, func(f *clearing.Facts) { f.UnderWay = true }},
		{clearing.Undertaken, func(f *clearing.Facts) { f.Undertaken = true }},
		{clearing.Certified, func(f *clearing.Facts) { f.Certified = true }},
		{clearing.OnOffer, func(f *clearing.Facts) { f.OnOffer = true }},
		{clearing.Pooled, func(f *clearing.Facts) { f.Pooled = true }},
		{clearing.Financed, func(f *clearing.Facts) { f.Financed = true }},
		{clearing.Doubted, func(f *clearing.Facts) { f.Doubted = true }},
		{clearing.Contested, func(f *clearing.Facts) { f.Disputed = 1 }},
		{clearing.InOtherRun, func(f *clearing.Facts) { f.Held = true }},
		{clearing.NotDue, func(f *clearing.Facts) { f.Due = 101 }},
		{clearing.NotDue, func(f *clearing.Facts) { f.Due = 0 }},
		{clearing.WithItself, func(f *clearing.Facts) { f.Itself = true }},
		{clearing.TooSmall, func(f *clearing.Facts) { f.Outstanding = 9 }},
		{clearing.OtherGroup, func(f *clearing.Facts) { f.Debtor.InGroup = false }},
		{clearing.OtherGroup, func(f *clearing.Facts) { f.Creditor.InGroup = false }},
		{clearing.OtherCurrency, func(f *clearing.Facts) { f.Currency = 840 }},
		{clearing.NotOwed, func(f *clearing.Facts) { f.Outstanding = 0 }},
		{clearing.NotOwed, func(f *clearing.Facts) { f.Open = false }},
	} {
		alone := sound
		test.change(&alone)
		test.change(&all)
		for _, f := range []clearing.Facts{alone, all} {
			if reason := terms.Judge(&f, 0); reason != test.reason {
				t.Errorf("%s instead of %s", reason, test.reason)
			}
		}
		seen[test.reason] = true
	}
	if reason := terms.Judge(&sound, clearing.DebtMax-9); reason != clearing.RunFull {
		t.Errorf("a run that is full takes it: %s", reason)
	}
	if reason := terms.Judge(&sound, clearing.DebtMax-10); reason != 0 {
		t.Errorf("a run with room leaves it out: %s", reason)
	}
	seen[clearing.RunFull] = true
	for reason := clearing.Omission(1); reason < clearing.OmissionCount; reason++ {
		if !seen[reason] || reason.String() == "" {
			t.Errorf("reason %d is not tried, or has no name", reason)
		}
	}
}

// A debt that is not due yet takes part with the word of its creditor, and not with that of its debtor.
func TestADebtBeforeItsDueDate(t *testing.T) {
	terms := clearing.Terms{Currency: 978, Value: 100}
	word := clearing.Stance{Onboarded: true, InGroup: true, Consent: clearing.Given}
	before := word
	before.BeforeDue = true
	f := clearing.Facts{Open: true, Currency: 978, Outstanding: 10, Due: 101, Debtor: before, Creditor: word}
	if reason := terms.Judge(&f, 0); reason != clearing.NotDue {
		t.Errorf("on its debtor's word: %q", reason)
	}
	f.Debtor, f.Creditor = word, before
	if reason := terms.Judge(&f, 0); reason != 0 {
		t.Errorf("on its creditor's word: %q", reason)
	}
}
