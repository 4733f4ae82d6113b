package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The lists that the test imports; all names are invented.
const (
	screenOwn = "key,person,names,born,countries,identifiers,note\n" +
		"T-1,false,Traunfelser Wälzlager Handels Ltd,,AE,,trade in what is forbidden\n" +
		"T-2,true,Ottokar Immerwien,1961,,,\n"
	screenNobody = `{"published": "2026-08-20", "entries": [{"key": "N-1", "names": ["Nordkamm Seefracht Ltd"], "countries": ["MH"]}]}`
)

// Lists are imported once each, everybody is screened against them, and what is no list imports nothing.
func TestListsAreImportedAndPartiesScreened(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "demo")
	must(t, 0, "demo", "--months", "0", "--headless", "--json", "--data", data)
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	own, nobody, none := file("own.csv", screenOwn), file("nobody.json", screenNobody), file("none.txt", "no list at all\n")
	must(t, 2, "screen", "--data", data, none)
	must(t, 2, "screen", "--data", data, own, none)
	must(t, 2, "screen", "--data", data, "--name", "both", own, nobody)
	must(t, 2, "screen", "--data", data, "--threshold", "1001", own)
	must(t, 2, "screen", "--data", data, "--published", "yesterday", own)

	empty := last[screenShown](t, must(t, 0, "screen", "--json", "--data", data, "--name", "carriers", nobody))
	if empty.List != "carriers" || empty.Entries != 1 || empty.Known || empty.Alerts != 0 || len(empty.SHA256) != 64 {
		t.Errorf("%+v", empty)
	}
	taken := last[screenShown](t, must(t, 0, "screen", "--json", "--data", data, "--name", "traders", own))
	if taken.List != "traders" || taken.Entries != 2 || taken.Known || taken.Alerts != 1 {
		t.Fatalf("%+v", taken)
	}
	again := last[screenShown](t, must(t, 0, "screen", "--json", "--data", data, "--name", "traders", own))
	if !again.Known || again.Alerts != 1 || again.SHA256 != taken.SHA256 {
		t.Errorf("the same file once more: %+v", again)
	}
	if o := must(t, 0, "screen", "--data", data, "--name", "traders", own).stdout; !strings.Contains(o, "in force already") || !strings.Contains(o, "1 alerts wait") {
		t.Errorf("%s", o)
	}
	must(t, 1, "screen", "--data", data, "--name", "traders", "--kind", "adverse", file("other.csv", screenOwn+"T-3,false,Nordkamm Seefracht Ltd,,MH,,\n"))
	if c := last[checkSummary](t, must(t, 0, "check", "--json", "--data", data)); c.Check != "ok" {
		t.Errorf("check: %+v", c)
	}
}

// What the demo tells of screening, of a referral and of a review is told in this order, each once or as often as it happens.
func TestDemoReviewsCreditAndDecidesByTwo(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	told := must(t, 0, "demo", "--months", "0", "--headless", "--json", "--data", data).stdout
	at := 0
	for _, act := range []string{"screening", "cleared", "policy", "referred", "recommended", "approved", "application", "limit", "reviewed", "screening"} {
		next := strings.Index(told[at:], fmt.Sprintf(`"act":%q`, act))
		if next < 0 {
			t.Fatalf("%q is not told after what came before it", act)
		}
		at += next + 1
	}
	for _, wanted := range []string{"689 points on the expert scorecard", "grade 2", "rounded EUR 2,342,000.00", "a limit of EUR 2,342,000.00", "who was cleared stays cleared"} {
		if !strings.Contains(told, wanted) {
			t.Errorf("%q is not told", wanted)
		}
	}
}
