// Package accesstest is what the tests of who may do what share: the roles of the columns, how a table of them is written, and how it is held against
// the file that people read.
package accesstest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the access matrix anew; read what has changed before you keep it")

// Seats are the roles in the order of the columns.
var Seats = []string{"operator", "auditor", "compliance", "seller", "buyer", "anchor", "funder", "custodian", "bank", "keeper", "carrier"}

// Heading is the line over the columns.
func Heading() string { return row("", Seats) }

// Row is what each of Seats gets on one route.
func Row(method, path string, cells []string) string {
	return row(fmt.Sprintf("%-5s%s", method, path), cells)
}

func row(head string, cells []string) string {
	var line strings.Builder
	fmt.Fprintf(&line, "%-65s", head)
	for i, cell := range cells {
		line.WriteString(" " + cell + strings.Repeat(" ", max(0, len(Seats[i])-len([]rune(cell)))))
	}
	return strings.TrimRight(line.String(), " ") + "\n"
}

// Compare holds a table against a file, line by line; with -update it writes the file first.
func Compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, have := strings.Split(string(kept), "\n"), strings.Split(got, "\n")
	for _, line := range have {
		if !slices.Contains(want, line) {
			t.Errorf("not in %s: %s", file, line)
		}
	}
	for _, line := range want {
		if !slices.Contains(have, line) {
			t.Errorf("only in %s: %s", file, line)
		}
	}
}

// Printed is an id of a kind in a book, with its check character (ISO/IEC 7064 MOD 37,36).
func Printed(prefix string, shard int, number string) string {
	body := fmt.Sprintf("%s_%d-%s", prefix, shard, number)
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	product := 36
	for _, c := range strings.ToUpper(body) {
		if value := strings.IndexRune(alphabet, c); value >= 0 {
			sum := (product + value) % 36
			if sum == 0 {
				sum = 36
			}
			product = sum * 2 % 37
		}
	}
	return body + "-" + string(alphabet[(37-product)%36])
}
