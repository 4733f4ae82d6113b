package en16931

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write doc/EN16931.md anew")

// leftOut are rules of the norm that are not in Rules, each with the reason.
var leftOut = []struct{ rules, reason string }{
	{"BR-34, BR-35, BR-39, BR-40, BR-58, BR-59, BR-60, BR-CO-01, BR-CO-02", "the published artefacts know no rule of these numbers"},
	{"BR-CO-05, BR-CO-06, BR-CO-07, BR-CO-08", "reason and reason code of an allowance or charge shall mean the same: no machine can tell; the published artefacts pass everything"},
	{"BR-CL-07, BR-CL-08, BR-CL-23", "the lists of UNTDID 1153 and 4451 and of UN/ECE Recommendations 20 and 21 are long and grow; units are the matching's concern"},
}

// TestCoverageTable keeps doc/EN16931.md true.
func TestCoverageTable(t *testing.T) {
	path := filepath.Join(moduleRoot(t), "doc", "EN16931.md")
	want := coverage(runUnitCases(t))
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not current: go test ./edge/en16931 -update", filepath.Base(path))
	}
}

func coverage(tallies map[string]*tally) []byte {
	var b bytes.Buffer
	expectations, rules := 0, 0
	for _, rule := range Rules {
		if counts := tallies[rule.Name]; counts != nil {
			rules++
			expectations += counts.toPass + counts.toRaise
		}
	}
	fmt.Fprintf(&b, `# The rules of EN 16931

Written by `+"`go test ./edge/en16931 -update`"+`; a test fails when it is out of date.

%d rules are checked on UBL invoices and credit notes and on CII invoices. The fragments that CEN's committee publishes to
test validators hold %d expectations about %d of them, all of UBL; "passes" and "raises" say how many of those that are to
pass a rule or to raise it do so. Rules without such fragments, and the reading of CII, are tested by breaking an invoice of
our own, one rule at a time (`+"`edge/en16931/own_test.go`"+`).

## Where they apply

Every invoice and credit note whose specification identifier (BT-24) begins with `+"`urn:cen.eu:en16931`"+` is checked where it is read:
in a folder, over the API, inside a PDF. What it breaks stays with the document: the rule, its own severity, element and line; one
place of each rule, more of them up to 50 places in all. A document that its reader understands and the rules cannot read breaks
`+"`UNREAD`"+`, which is fatal, so that nothing unchecked passes for checked.

A programme sets other severities: an ordered list of settings, each a rule or a family (`+"`BR-CO-*`"+`, or `+"`*`"+` for all) with fatal, warning or
ignored. The last setting that fits a rule decides; a rule without one keeps the severity below. They are given when the programme is
proposed, and stand with it for good:

    POST /v1/programmes
    {…, "severities": [{"rule": "BR-CL-*", "severity": "warning"}, {"rule": "BR-CO-10", "severity": "ignored"}]}

A receivable whose invoice breaks a rule that is fatal in the programme gets no quote there, and a quote is not accepted
(`+"`rules_breached`"+`). The operator may clear rules by name, with a reason: `+"`POST /v1/receivables/{id}/clearance`"+` with
`+"`{\"rules\": [\"BR-CO-10\"], \"reason\": \"…\"}`"+`. What is cleared is cleared for every programme. Warnings are shown and stop nothing.

## The rules

| rule | what it demands | terms | severity | passes | raises |
| --- | --- | --- | --- | ---: | ---: |
`, len(Rules), expectations, rules)
	for _, rule := range Rules {
		counts := tallies[rule.Name]
		if counts == nil {
			counts = &tally{}
		}
		demand := rule.Sentence
		if rule.Remark != "" {
			demand += " *" + rule.Remark + "*"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", rule.Name, demand, strings.Join(rule.Terms, " "), rule.Severity,
			ofHowMany(counts.passed, counts.toPass), ofHowMany(counts.raised, counts.toRaise))
	}
	b.WriteString("\n## What is left out\n\n| rules | why |\n| --- | --- |\n")
	for _, left := range leftOut {
		fmt.Fprintf(&b, "| %s | %s |\n", left.rules, left.reason)
	}
	b.WriteString("\nRules that the fragments beside the project speak of and that are not checked here, by family, with the number of\n" +
		"expectations: they belong to the syntax, to national rules, or to Peppol's specifications of invoices and of other documents.\n\n" +
		"| family | rules | expectations |\n| --- | --- | ---: |\n")
	others := map[string]*struct {
		rules        []string
		expectations int
	}{}
	for _, name := range slices.SortedFunc(maps.Keys(tallies), cmp.Compare) {
		if implemented(name) {
			continue
		}
		key := family(name)
		if others[key] == nil {
			others[key] = &struct {
				rules        []string
				expectations int
			}{}
		}
		others[key].rules = append(others[key].rules, strings.Trim(strings.TrimPrefix(name, key), "-"))
		others[key].expectations += tallies[name].toPass + tallies[name].toRaise
	}
	for _, key := range slices.Sorted(maps.Keys(others)) {
		fmt.Fprintf(&b, "| %s | %s | %d |\n", key, strings.Join(others[key].rules, " "), others[key].expectations)
	}
	return b.Bytes()
}

func ofHowMany(done, all int) string {
	if all == 0 {
		return "–"
	}
	return fmt.Sprintf("%d of %d", done, all)
}

// family is a rule's name without its number: "PEPPOL-T110-R", "BR-CL", "DK-R".
func family(name string) string {
	return strings.TrimRight(strings.TrimRight(name, "0123456789-"), "-")
}
