package redteam_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/lab/redteam"
)

var update = flag.Bool("update", false, "write the tables of doc/REDTEAM.md")

const (
	reference = "../../doc/REDTEAM.md"
	begins    = "<!-- tables: go test ./lab/redteam -update -->\n"
	ends      = "<!-- end of tables -->\n"
)

// run lives through a small world, and asks what holds of every one.
func run(t *testing.T, seed uint64) *redteam.Result {
	t.Helper()
	r, err := redteam.Run(seed, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r.Totals.Breaches != 0 {
		t.Errorf("the auditor found %d breaches", r.Totals.Breaches)
	}
	for i := range r.Patterns {
		p := &r.Patterns[i]
		if p.Injected == 0 {
			t.Errorf("seed %d: %s, %s was never tried", seed, p.Pattern, p.Way)
		}
		if p.Caught*100 < p.LeastPercent*p.Injected {
			t.Errorf("seed %d: of %d attempts at %s, %s only %d were caught, and %d %% should be", seed, p.Injected, p.Pattern, p.Way, p.Caught, p.LeastPercent)
		}
		if p.Caught != p.Rejected+p.Refused+p.Referred+p.Converted {
			t.Errorf("seed %d: %s, %s was caught by nothing: %+v", seed, p.Pattern, p.Way, p)
		}
	}
	return r
}

func TestTheTablesAreThoseOfTheReference(t *testing.T) {
	tables := "\n" + run(t, 1).Markdown() + "\n"
	content, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(content), begins)
	told, after, closed := strings.Cut(rest, ends)
	if !found || !closed {
		t.Fatalf("%s has no place for the tables", reference)
	}
	if *update {
		if err := os.WriteFile(reference, []byte(before+begins+tables+ends+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(told, tables); diff != "" {
		t.Errorf("%s is out of date: go test ./lab/redteam -update\n%s", reference, diff)
	}
}

func TestPatternsAreCaughtWithAnotherSeed(t *testing.T) { run(t, 20261122) }

func TestAScaleBeyondItsBounds(t *testing.T) {
	for _, scale := range []int{0, redteam.ScaleMax + 1} {
		if _, err := redteam.Run(1, scale); err == nil {
			t.Errorf("a run of scale %d was begun", scale)
		}
	}
}
