package feature_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"millrace/domain/feature"
)

var update = flag.Bool("update", false, "write the table of doc/FEATURES.md")

const page, begins, ends = "../../doc/FEATURES.md", "<!-- figures -->\n", "<!-- end of figures -->"

// The table of figures is that of the code; -update writes it.
func TestPageListsTheFigures(t *testing.T) {
	var table strings.Builder
	table.WriteString("| name | unit | decimals | what it is | formula |\n| --- | --- | --- | --- | --- |\n")
	for _, f := range feature.Named {
		fmt.Fprintf(&table, "| `%s` | %s | %d | %s | %s |\n", f.Name, f.Unit, f.Decimals, f.Title, f.Formula)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begins)
	was, after, closed := strings.Cut(rest, ends)
	if !found || !closed {
		t.Fatal("the page has no place for the table")
	}
	if was == table.String() {
		return
	}
	if !*update {
		t.Fatal("the table is not that of the code: write it with -update")
	}
	if err := os.WriteFile(page, []byte(before+begins+table.String()+ends+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
