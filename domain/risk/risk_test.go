package risk_test

import (
	"flag"
	"os"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

// sound passes every rule; each fixture changes what its rule looks at.
var sound = risk.Facts{
	Subject: risk.OnReceivable, Date: date("2026-11-02"), Currency: 978, Amount: 10_000_00, Due: date("2027-01-01"), ClaimDue: date("2026-12-01"),
	TenorDays: 60, TenorDaysMin: 3, TenorDaysMax: 180, ReferAbove: 250_000_00, SellerUse: 10_000_00, ProgrammeUse: 100_000_00, SellerShare: 400_000, BuyerGrade: 3,
	Face: 10_000_00, Outstanding: 10_000_00, Issued: date("2026-10-12"), OrderedOn: date("2026-09-01"), Delivered: date("2026-10-10"),
	Undertaking: 2, Undertaken: 10_000_00, Signatures: 1, EvidenceGrade: 5, Trades: 7,
	Evidence: risk.InTrade | risk.Ordered | risk.Shipped | risk.Received | risk.Invoiced | risk.Confirmed | risk.Performed,
}

func date(text string) calendar.Date {
	d, ok := calendar.Parse(text)
	if !ok {
		panic(text)
	}
	return d
}

// TestEachRuleHasGoodAndBadFixtures applies every fixture to facts that pass every rule.
func TestEachRuleHasGoodAndBadFixtures(t *testing.T) {
	for e := risk.Edition(1); e <= risk.Now; e++ {
		facts := sound
		if outcomes := risk.Evaluate(&facts, risk.Presumed(e), e); len(outcomes) != 0 {
			t.Fatalf("edition %d: the sound facts don't pass: %v", e, outcomes)
		}
		for _, r := range risk.Rules(e) {
			passed, stopped := 0, 0
			for _, fixture := range r.Fixtures {
				facts, thresholds := sound, *risk.Presumed(e)
				fixture.Change(&facts, &thresholds)
				got, _, _ := r.Judge(&facts, &thresholds)
				if got != fixture.Want {
					t.Errorf("%s, %s: %s, want %s", r.Code, fixture.Name, got, fixture.Want)
				}
				if got == rule.Pass {
					passed++
				}
				if got == r.Severity {
					stopped++
				}
			}
			if passed == 0 || stopped == 0 {
				t.Errorf("rule %s has %d fixtures that it passes, %d that it stops as severely as it says", r.Code, passed, stopped)
			}
			if r.Title == "" || r.Why == "" || r.Source == "" || r.Version == 0 || r.Group == 0 || r.Severity == rule.Pass {
				t.Errorf("rule %s is not described", r.Code)
			}
		}
	}
}

var update = flag.Bool("update", false, "write the reference")

func TestTheReferenceIsUpToDate(t *testing.T) {
	const page = "../../doc/RISK_RULES.md"
	if *update {
		if err := os.WriteFile(page, []byte(risk.Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(stored) != risk.Reference() {
		t.Error("doc/RISK_RULES.md is out of date: go test ./domain/risk -update")
	}
}

// Each rule of the edition in force stands once, each threshold bounds one of them, and each fact of policies is reckoned, save the score.
func TestNamesHoldTogether(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range risk.Rules(risk.Now) {
		if seen[r.Code] {
			t.Errorf("rule %s stands twice", r.Code)
		}
		seen[r.Code] = true
	}
	if len(seen) < 30 {
		t.Errorf("%d rules", len(seen))
	}
	for _, n := range risk.Named {
		if n.Rule != "" && !seen[n.Rule] {
			t.Errorf("threshold %s is of %s, which is no rule", n.Name, n.Rule)
		}
	}
	numbers := map[uint16]string{}
	for _, f := range risk.Listed {
		if f.Number != 0 {
			numbers[f.Number] = f.Name
		}
	}
	for _, f := range rule.FinancingFacts {
		if numbers[f.Number] != f.Name && f.Number != rule.FactScore {
			t.Errorf("fact %d is %s for policies, %q here", f.Number, f.Name, numbers[f.Number])
		}
	}
	if risk.Presumed(risk.Now).Valid() != nil || risk.Rules(0) != nil || risk.Rules(risk.Now+1) != nil {
		t.Error("the thresholds that are presumed are not valid, or there are rules of no edition")
	}
}

// What is evaluated again from the stored facts is the same, and costs no allocation where everything passes.
func TestEvaluateIsPure(t *testing.T) {
	facts := sound
	if n := testing.AllocsPerRun(100, func() { risk.Evaluate(&facts, risk.Presumed(risk.Now), risk.Now) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkEvaluate(b *testing.B) {
	facts := sound
	for b.Loop() {
		risk.Evaluate(&facts, risk.Presumed(risk.Now), risk.Now)
	}
}
