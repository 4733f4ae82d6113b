package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

// The demo's decisions come out again bit for bit; another policy changes what it says, a wrong one nothing.
func TestDecisionsAreShownAndTakenAgain(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	must(t, 0, "demo", "--months", "0", "--headless", "--json", "--data", data)
	all := last[replaySummary](t, must(t, 0, "decision", "replay", "--all", "--json", "--data", data))
	if all.Decisions < 30 || all.Differences != 0 || all.Reviews != 1 || all.Replay != "same" {
		t.Fatalf("%+v", all)
	}
	shown := must(t, 0, "decision", "show", "--data", data, id.Make[id.Financing](1, 1).String()).stdout
	for _, wanted := range []string{"at quote", "at acceptance", "edition 4", "tenor_days", "seller_counterparties", "no model was asked"} {
		if !strings.Contains(shown, wanted) {
			t.Errorf("%q is not shown:\n%s", wanted, shown)
		}
	}
	one, _, _ := strings.Cut(shown, ":")
	must(t, 0, "decision", "replay", "--data", data, one)
	must(t, 2, "decision", "replay", "--data", data)
	must(t, 2, "decision", "replay", "--data", data, id.Make[id.Decision](1, 5).String())
	review := last[decisionShown](t, must(t, 0, "decision", "show", "--json", "--data", data, reviewed(t, data)))
	if review.Purpose != "review" || review.Review == nil || len(review.Review.Facts) < 10 || review.Review.Grade != 2 || review.Review.Units != 689 {
		t.Errorf("%+v", review)
	}
	if o := must(t, 0, "decision", "show", "--data", data, review.ID).stdout; !strings.Contains(o, "equity_to_assets") || !strings.Contains(o, "689 units") {
		t.Errorf("%s", o)
	}
	if one := last[replaySummary](t, must(t, 0, "decision", "replay", "--json", "--data", data, review.ID)); one.Decisions != 1 || one.Reviews != 1 || one.Differences != 0 {
		t.Errorf("%+v", one)
	}
	file := filepath.Join(t.TempDir(), "policy.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("thresholds: {refer_above: 1}\nclauses:\n  - {name: short, text: tenor_days < 1, otherwise: refuse, reason: nothing is short enough}\n")
	under := last[rejudged](t, must(t, 0, "replay", "--policy", file, "--json", "--data", data))
	if uses := all.Decisions - all.Reviews; under.Decided != uses || under.Changed != uses || under.Skipped != all.Reviews || len(under.Rules) == 0 {
		t.Errorf("%+v", under)
	}
	if o := must(t, 0, "replay", "--policy", file, "--data", data).stdout; !strings.Contains(o, "programme.short") || !strings.Contains(o, "large_amount") {
		t.Errorf("%s", o)
	}
	write("thresholds: {refer_abov: 1}\nclauses:\n  - {name: short, text: tenor_days < true, otherwise: refuse, reason: none}\n")
	if o := must(t, 2, "replay", "--policy", file, "--data", data); !strings.Contains(o.stderr, "refer_abov") || !strings.Contains(o.stderr, "clause 1 short") {
		t.Errorf("%s", o.stderr)
	}
	write("surprise: 1\n")
	must(t, 2, "replay", "--policy", file, "--data", data)
}

// reviewed is the identity of the one decision of a review in a data directory.
func reviewed(t *testing.T, data string) string {
	t.Helper()
	found := ""
	err := eachDecision(t.Context(), data, func(_ *book.Book, d *risk.Decision) error {
		if d.Purpose == risk.AtReview {
			found = d.ID.String()
		}
		return nil
	})
	if err != nil || found == "" {
		t.Fatalf("no review was decided: %v", err)
	}
	return found
}

// What a decision says is compared with what its facts come to: a change of either shows.
func TestADecisionThatSaysOtherwiseIsFound(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	must(t, 0, "demo", "--months", "0", "--headless", "--json", "--data", data)
	reviews, uses := 0, 0
	err := eachDecision(t.Context(), data, func(b *book.Book, d *risk.Decision) error {
		changed := *d
		if d.Purpose == risk.AtReview {
			reviews++
			changed.Grade++
			if found := takeAgain(b, &changed); found == nil || found.Review == nil || found.Review.Stored.Grade != found.Review.Again.Grade+1 || !strings.Contains(found.text(), "+ models") {
				t.Errorf("a review with another grade: %+v", found)
			}
			changed = *d
			changed.Scale = id.Make[id.MasterScale](1, 99)
			if found := takeAgain(b, &changed); found == nil || found.Reason == "" || found.Review != nil {
				t.Errorf("a review by a scale that there is not: %+v", found)
			}
			return nil
		}
		if uses++; uses > 1 {
			return nil
		}
		changed.Outcomes = append(slices.Clone(d.Outcomes), rule.Outcome{Rule: "tenor", Verdict: rule.Refuse, Version: 1})
		if found := takeAgain(b, &changed); found == nil || !strings.Contains(found.text(), "- tenor") {
			t.Errorf("a use with an outcome more: %+v", found)
		}
		return nil
	})
	if err != nil || reviews != 1 || uses < 30 {
		t.Fatalf("%d reviews, %d uses: %v", reviews, uses, err)
	}
}
