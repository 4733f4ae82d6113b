package en16931

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tradeData is the folder of other people's documents beside the module.
func tradeData(t testing.TB) string {
	t.Helper()
	data := filepath.Join(moduleRoot(t), "..", "shared", "data", "trade")
	if _, err := os.Stat(data); err != nil {
		t.Fatalf("the trade documents are not here: %v", err)
	}
	return data
}

func moduleRoot(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("no go.mod above the test")
		}
	}
}

// unitCase is one fragment with the rules that it is to raise or to pass.
type unitCase struct {
	Path   string `json:"path"`
	Doc    string `json:"doc"`
	Expect map[string][]struct {
		Rule   string `json:"rule"`
		Number int    `json:"number"` // how often it is raised
	} `json:"expect"`
}

func unmarshal(t testing.TB, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) *Invoice {
	t.Helper()
	input, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	invoice, err := Read(filepath.Base(path), input)
	if err != nil {
		t.Fatal(err)
	}
	return invoice
}

// everything applies every rule.
var everything = Policy{{"BR-*", Fatal}}

func raised(violations []Violation, rule string) []Violation {
	return slices.DeleteFunc(slices.Clone(violations), func(v Violation) bool { return v.Rule != rule })
}

// tally is what the fragments say about one rule.
type tally struct {
	passed, toPass, raised, toRaise int
}

// runUnitCases checks every fragment of invoices and credit notes, and returns the tally by rule.
func runUnitCases(t testing.TB) map[string]*tally {
	t.Helper()
	data := tradeData(t)
	var cases []unitCase
	unmarshal(t, filepath.Join(data, "unit_cases.json"), &cases)
	tallies := map[string]*tally{}
	for _, c := range cases {
		var violations []Violation
		if c.Doc == "Invoice" || c.Doc == "CreditNote" || c.Doc == "CrossIndustryInvoice" {
			violations = Check(read(t, filepath.Join(data, c.Path)), everything)
		}
		for outcome, expectations := range c.Expect {
			for _, expected := range expectations {
				if tallies[expected.Rule] == nil {
					tallies[expected.Rule] = &tally{}
				}
				counts := tallies[expected.Rule]
				found := raised(violations, expected.Rule)
				if outcome == "success" {
					if counts.toPass++; len(found) == 0 {
						counts.passed++
					} else if implemented(expected.Rule) {
						t.Errorf("%s: should pass, raises\n%s", c.Path, found[0].Sentence())
					}
				} else {
					if counts.toRaise++; len(found) > 0 {
						counts.raised++
					} else if implemented(expected.Rule) {
						t.Errorf("%s: should raise %s, passes", c.Path, expected.Rule)
					}
				}
			}
		}
	}
	return tallies
}

func implemented(name string) bool {
	return slices.ContainsFunc(Rules, func(r Rule) bool { return r.Name == name })
}

func TestUnitCases(t *testing.T) {
	tallies := runUnitCases(t)
	cases, rules := 0, 0
	for rule, counts := range tallies {
		if implemented(rule) {
			rules++
			cases += counts.toPass + counts.toRaise
		}
	}
	t.Logf("%d expectations about %d rules", cases, rules)
}

func TestValidDocuments(t *testing.T) {
	data := tradeData(t)
	var entries []struct {
		Path, Doc, Source, Kind string
	}
	unmarshal(t, filepath.Join(data, "manifest.json"), &entries)
	documents := 0
	for _, entry := range entries {
		ours := entry.Source == "cen-en16931" || entry.Source == "peppol-bis-invoice-3" || entry.Source == "phive-peppol"
		if !ours || entry.Kind != "valid" || !slices.Contains([]string{"Invoice", "CreditNote", "CrossIndustryInvoice"}, entry.Doc) {
			continue
		}
		documents++
		var found []string
		for _, violation := range Check(read(t, filepath.Join(data, entry.Path)), nil) {
			if violation.Severity == Fatal {
				found = append(found, violation.Sentence())
			}
		}
		if len(found) > 0 {
			t.Errorf("%s:\n%s", entry.Path, strings.Join(found, "\n"))
		}
	}
	t.Logf("%d documents", documents)
}
