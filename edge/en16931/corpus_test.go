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
var everything = Policy{{Rule: "BR-*", Severity: Fatal}}

func raised(violations []Violation, rule string) []Violation {
	return slices.DeleteFunc(slices.Clone(violations), func(v Violation) bool { return v.Rule != rule })
}

// otherNumber are fragments that raise their rule another number of times than they say, each with the reason.
var otherNumber = map[string]string{
	"BR-CL-11__02.xml": "the payee holds a party inside itself, which UBL does not know",
	"BR-CL-14__02.xml": "two of the countries stand in registration addresses, which are no term of the norm",
	"BR-CL-17__02.xml": "one of the categories is that of neither an allowance nor a charge: the indicator is missing",
	"BR-CL-21__02.xml": "the line holds three items, which UBL does not know",
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
					continue
				}
				if counts.toRaise++; len(found) > 0 {
					counts.raised++
				}
				if _, other := otherNumber[filepath.Base(c.Path)]; implemented(expected.Rule) && (len(found) == 0 || len(found) != expected.Number && !other) {
					t.Errorf("%s: should raise %s %d times, does %d times", c.Path, expected.Rule, expected.Number, len(found))
				}
				if at := slices.IndexFunc(Rules, func(r Rule) bool { return r.Name == expected.Rule }); at >= 0 && (Rules[at].Severity == Warning) != (outcome == "warning") {
					t.Errorf("%s is %v, the fragments say %s", expected.Rule, Rules[at].Severity, outcome)
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
	if cases < 1000 || rules < 180 {
		t.Errorf("%d expectations about %d rules: the corpus is not what it was", cases, rules)
	}
	t.Logf("%d expectations about %d rules", cases, rules)
}

// validSources are who published documents that are said to conform to the norm.
var validSources = []string{"cen-en16931", "peppol-bis-invoice-3", "phive-peppol"}

// extension marks the documents of specifications that go beyond the norm. In the corpus these are Peppol's for Australia
// and New Zealand and for Singapore: their tax is GST, with categories of its own, so that the rules about VAT rightly
// find them wanting.
const extension = "urn:cen.eu:en16931:2017#conformant#"

// exceptions are valid documents that break a rule none the less, each with the fatal rules that it breaks.
var exceptions = map[string]struct {
	rules  []string
	reason string
}{
	"valid/peppol-bis-invoice-3/national-examples/GR/GR-base-example-TaxRepresentative.xml": {
		[]string{"BR-06"}, "it gives the seller a trading name (BT-28) only; the norm's seller name (BT-27) is the registered one",
	},
}

func TestValidDocuments(t *testing.T) {
	data := tradeData(t)
	var entries []struct {
		Path, Doc, Source, Kind string
	}
	unmarshal(t, filepath.Join(data, "manifest.json"), &entries)
	conforming, extended := 0, 0
	for _, entry := range entries {
		if !slices.Contains(validSources, entry.Source) || entry.Kind != "valid" ||
			!slices.Contains([]string{"Invoice", "CreditNote", "CrossIndustryInvoice"}, entry.Doc) {
			continue
		}
		invoice := read(t, filepath.Join(data, entry.Path))
		if strings.HasPrefix(invoice.Specification.Value, extension) {
			extended++
			continue
		}
		conforming++
		expected := exceptions[entry.Path].rules
		var rules []string
		for _, violation := range Check(invoice, nil) {
			if violation.Severity == Fatal {
				rules = append(rules, violation.Rule)
				if !slices.Contains(expected, violation.Rule) {
					t.Errorf("%s: %s", entry.Path, violation.Sentence())
				}
			}
		}
		if rules = slices.Compact(rules); len(rules) < len(expected) {
			t.Errorf("%s breaks %v, the exception says %v", entry.Path, rules, expected)
		}
	}
	if conforming < 60 || extended < 30 {
		t.Errorf("%d conforming and %d extended documents: the corpus is not what it was", conforming, extended)
	}
	t.Logf("%d conforming documents, %d of extensions", conforming, extended)
}
