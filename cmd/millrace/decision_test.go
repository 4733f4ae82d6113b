package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/domain/id"
)

// The demo's decisions come out again bit for bit; another policy changes what it says, a wrong one nothing.
func TestDecisionsAreShownAndTakenAgain(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	must(t, 0, "demo", "--headless", "--json", "--data", data)
	all := last[replaySummary](t, must(t, 0, "decision", "replay", "--all", "--json", "--data", data))
	if all.Decisions < 30 || all.Differences != 0 || all.Skipped != 0 || all.Replay != "same" {
		t.Fatalf("%+v", all)
	}
	shown := must(t, 0, "decision", "show", "--data", data, id.Make[id.Financing](1, 1).String()).stdout
	for _, wanted := range []string{"at quote", "at acceptance", "edition 2", "tenor_days", "seller_counterparties", "no model was asked"} {
		if !strings.Contains(shown, wanted) {
			t.Errorf("%q is not shown:\n%s", wanted, shown)
		}
	}
	one, _, _ := strings.Cut(shown, ":")
	must(t, 0, "decision", "replay", "--data", data, one)
	must(t, 2, "decision", "replay", "--data", data)
	must(t, 2, "decision", "replay", "--data", data, id.Make[id.Decision](1, 5).String())
	file := filepath.Join(t.TempDir(), "policy.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("thresholds: {refer_above: 1}\nclauses:\n  - {name: short, text: tenor_days < 1, otherwise: refuse, reason: nothing is short enough}\n")
	under := last[rejudged](t, must(t, 0, "replay", "--policy", file, "--json", "--data", data))
	if under.Decided != all.Decisions || under.Changed != all.Decisions || len(under.Rules) == 0 {
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
