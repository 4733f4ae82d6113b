package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A table that train writes scores the cases it was made of, and is no less strict than the cases' reader.
func TestTrainThenScore(t *testing.T) {
	dir := t.TempDir()
	cases, table, page, scores := filepath.Join(dir, "cases.csv"), filepath.Join(dir, "table.json"), filepath.Join(dir, "report.html"), filepath.Join(dir, "scores.csv")
	var b strings.Builder
	b.WriteString("debt,sector,bad\n")
	for i := range 300 {
		bad := 0
		if i%7 > 4 || i%3 == 0 && i%2 == 0 {
			bad = 1
		}
		fmt.Fprintf(&b, "%d.5,%s,%d\n", i%7, []string{"farm", "steel", "toys"}[i%3], bad)
	}
	if err := os.WriteFile(cases, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"scorecard", "trees"} {
		if code := run(t.Context(), []string{"train", cases, "--target", "bad", "--model", form, "--folds", "3", "--report", page, "--table", table, "--model-out", filepath.Join(dir, "model.json"),
			"--scores", scores, "--json"}); code != exitDone {
			t.Fatalf("%s: train ends with %d", form, code)
		}
		for _, made := range []string{table, page, scores} {
			if info, err := os.Stat(made); err != nil || info.Size() == 0 {
				t.Errorf("%s: %s: %v", form, made, err)
			}
		}
		if code := run(t.Context(), []string{"score", table, cases}); code != exitDone {
			t.Errorf("%s: score ends with %d", form, code)
		}
	}
	for name, arguments := range map[string][]string{
		"no target":       {"train", cases, "--target", "what"},
		"no such drop":    {"train", cases, "--target", "bad", "--drop", "what"},
		"no direction":    {"train", cases, "--target", "bad", "--monotone", "debt=2"},
		"folds":           {"train", cases, "--target", "bad", "--folds", "1"},
		"no model":        {"score", cases, cases},
		"columns missing": {"score", table, scores},
	} {
		if code := run(t.Context(), arguments); code != exitUsage {
			t.Errorf("%s: ends with %d", name, code)
		}
	}
}
