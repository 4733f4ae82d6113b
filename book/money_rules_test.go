package book_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/supervision"
)

const moneyRulesFile = "../doc/MONEY_RULES.md"

func moneyRules() string {
	var b strings.Builder
	b.WriteString(`# Money rules

The rules that alone move supervised money, from ` + "`domain/supervision/rules.go`" + ` (written by ` + "`go test ./book -run TestMoneyRules -update`" + `, and a test holds the page
to them). A citation that ends with a question mark wants its wording checked against the text in force. A refusal that enforces one of them
names it in its problem document, as ` + "`rule`" + `; codes with several reasons name their own.
`)
	for i := range supervision.MoneyRules {
		r := &supervision.MoneyRules[i]
		fmt.Fprintf(&b, "\n## %d. `%s`\n\n%s\n\n", i+1, r.Code, r.Sentence)
		for _, c := range r.Citations {
			fmt.Fprintf(&b, "- %s: %s\n", c.Origin, c.Text)
		}
		fmt.Fprintf(&b, "\nRefused with: %s.", quoted(r.Rejections))
		if len(r.Partly) > 0 {
			fmt.Fprintf(&b, " Among other reasons: %s.", quoted(r.Partly))
		}
		fmt.Fprintf(&b, "\nThe auditor's breaches: %s.\n", quoted(r.Breaches))
	}
	return b.String()
}

func TestMoneyRulesAreEnforcedByCodesThatExist(t *testing.T) {
	rejections, breaches := map[string]struct{}{}, map[string]struct{}{}
	for _, code := range calledWith(t, "*.go", "reject") {
		rejections[code] = struct{}{}
	}
	for _, code := range append(calledWith(t, "check*.go", "breach"), book.AuditedCodes()...) {
		breaches[code] = struct{}{}
	}
	for i := range supervision.MoneyRules {
		r := &supervision.MoneyRules[i]
		if r.Code == "" || r.Sentence == "" || len(r.Citations) == 0 || len(r.Rejections)+len(r.Partly)+len(r.Breaches) == 0 {
			t.Errorf("%+v says too little", r)
		}
		for _, code := range slices.Concat(r.Rejections, r.Partly) {
			if _, known := rejections[code]; !known {
				t.Errorf("%s: nothing is refused with %s", r.Code, code)
			}
		}
		for _, code := range r.Breaches {
			if _, known := breaches[code]; !known {
				t.Errorf("%s: the auditor knows no %s", r.Code, code)
			}
		}
		for _, code := range r.Rejections {
			if supervision.RuleOf(code) != r {
				t.Errorf("%s does not lead to %s", code, r.Code)
			}
		}
	}
	if *update {
		if err := os.WriteFile(moneyRulesFile, []byte(moneyRules()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(moneyRulesFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != moneyRules() {
		t.Error("doc/MONEY_RULES.md is not that of the code: write it with -update")
	}
}
