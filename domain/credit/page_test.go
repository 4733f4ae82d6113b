package credit_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"millrace/domain/credit"
	"millrace/domain/money"
)

var update = flag.Bool("update", false, "write the tables of doc/CREDIT_REVIEW.md")

// The tables of the page on credit reviews are those of the code.
func TestThePageHasTheTables(t *testing.T) {
	const path = "../../doc/CREDIT_REVIEW.md"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var ratios, scale strings.Builder
	fmt.Fprintln(&ratios, "| name | title | group | formula | unit | decimals | means nothing where |\n| --- | --- | --- | --- | --- | --- | --- |")
	for _, r := range credit.Named {
		fmt.Fprintf(&ratios, "| `%s` | %s | %s | %s | %s | %d | %s |\n", r.Name, r.Title, r.Group, r.Formula, r.Unit, r.Decimals, r.Meaningless)
	}
	fmt.Fprintln(&scale, "| grade | probability of default up to |\n| --- | --- |")
	for i, upto := range credit.DefaultScale.Upto {
		fmt.Fprintf(&scale, "| %d | %s %% |\n", i+1, money.FormatScaled(int64(upto), 4))
	}
	text := string(page)
	for mark, table := range map[string]string{"ratios": ratios.String(), "scale": scale.String()} {
		before, rest, found := strings.Cut(text, "<!-- "+mark+" -->\n")
		_, after, ended := strings.Cut(rest, "<!-- /"+mark+" -->")
		if !found || !ended {
			t.Fatalf("the page has no place for %s", mark)
		}
		text = before + "<!-- " + mark + " -->\n" + table + "<!-- /" + mark + " -->" + after
	}
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != string(page) {
		t.Error("doc/CREDIT_REVIEW.md is not what the code says: run with -update")
	}
}
