package reconcile

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/reconciliation"
)

// What is matched is right, and most is matched. The aims are for 100,000 lines: see doc/RECONCILIATION.md.
func TestGeneratedStatementsAreMatched(t *testing.T) {
	for seed := range uint64(3) {
		f, _ := Measure(Generate(4_000, seed), reconciliation.Policy{}, func(a *reconciliation.Assignment) { t.Logf("%+v", a) })
		if f.MatchedShare < 0.99 || f.WrongPer100k > 25 { // one line of these
			t.Errorf("seed %d: %+v", seed, f)
		}
	}
}

func TestTheSameSeedGivesTheSameCase(t *testing.T) {
	if diff := cmp.Diff(Generate(500, 7), Generate(500, 7)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(Generate(500, 7), Generate(500, 8)) {
		t.Error("two seeds give one case")
	}
}

// What is written as files is read as it was.
func TestFilesGoRound(t *testing.T) {
	c := Generate(600, 3)
	var statement, items, truth bytes.Buffer
	for _, err := range []error{c.WriteStatement(&statement), c.WriteItems(&items), c.WriteTruth(&truth)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	read := new(Case)
	if err := read.ReadStatement("statement.xml", statement.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(read.ReadItems("items.csv", &items), read.ReadTruth("truth.csv", &truth)); err != nil {
		t.Fatal(err)
	}
	before, _ := Measure(c, reconciliation.Policy{}, nil)
	after, _ := Measure(read, reconciliation.Policy{}, nil)
	before.Seconds, after.Seconds = 0, 0
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(c.Names, read.Names); diff != "" {
		t.Error(diff)
	}
}

func TestTablesThatCanNotBeRead(t *testing.T) {
	items := func(text string) error { return new(Case).ReadItems("items.csv", strings.NewReader(text)) }
	truth := func(text string) error {
		c := &Case{Names: []string{"B1"}, Keys: []string{"I1"}}
		return c.ReadTruth("truth.csv", strings.NewReader(text))
	}
	const header = "item,amount,currency,due\n"
	for _, test := range []struct {
		err  error
		want string
	}{
		{items(""), `items.csv: the header can't be read: EOF`},
		{items("item,amount,due\n"), `items.csv: row 1, column "currency": "" is not among the columns`},
		{items(header + "I1,1.00,XXQ,2026-11-20\n"), `items.csv: row 2, column "currency": "XXQ" is not a currency of ISO 4217`},
		{items(header + "I1,1.005,EUR,2026-11-20\n"), `items.csv: row 2, column "amount": "1.005" is not an amount of its currency other than zero`},
		{items(header + "I1,1.00,EUR,20.11.2026\n"), `items.csv: row 2, column "due": "20.11.2026" is not a date`},
		{items(header + "I1,1.00,EUR,2026-11-20\nI1,2.00,EUR,2026-11-20\n"), `items.csv: row 3, column "item": "I1" stands twice`},
		{truth("line,item\nB2,I1\n"), `truth.csv: row 2, column "line": "B2" is not a line of the statement`},
		{truth("line,item\nB1,I2\n"), `truth.csv: row 2, column "item": "I2" is not among the items`},
		{truth("line,item\nB1,I1\n"), ""},
		{truth("line,item\nB1,\n"), ""},
	} {
		got := ""
		if test.err != nil {
			got = test.err.Error()
		}
		if got != test.want {
			t.Errorf("%q, not %q", got, test.want)
		}
	}
}

func BenchmarkMatchHundredThousand(b *testing.B) {
	c := Generate(100_000, 1)
	for b.Loop() {
		Measure(c, reconciliation.Policy{}, nil)
	}
}
