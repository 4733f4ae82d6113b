package reconciliation

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/money"
)

// parties 1 and 2, with an account each.
var parties = []Party{{1, []string{"Nordhafen Stahl GmbH"}, []string{"DE11"}}, {2, []string{"Ostheim Foods BV"}, []string{"NL22"}}}

// open are the items of the cases below.
var open = []Item{
	{Amount: 100_00, Currency: 978, Due: 10, Party: 1, References: []string{"INV-2026-0017"}},               // 0
	{Amount: 250_10, Currency: 978, Due: 10, Party: 1, References: []string{"INV-2026-0018"}},               // 1
	{Amount: 999_99, Currency: 978, Due: 20, Party: 1, References: []string{"INV-2026-0023", "PO-8844001"}}, // 2
	{Amount: -50_00, Currency: 978, Due: 20, Party: 1, References: []string{"CN-2026-0003"}},                // 3
	{Amount: 777_77, Currency: 978, Due: 30, Party: 2, References: []string{"INV-2026-0017"}},               // 4: the same number
	{Amount: 4_321_00, Currency: 978, Due: 30, Party: 2, References: []string{"RF18539007547034"}},          // 5
	{Amount: 4_321_00, Currency: 840, Due: 30, Party: 2, References: []string{"USD-2026-0001"}},             // 6
	{Amount: -12_345_67, Currency: 978, Due: 30, Key: "pay_1-17-AB", References: nil},                       // 7: a payment of ours
	{Amount: 5_000_00, Currency: 978, Due: 40, Party: 2, References: []string{"INV-2026-0099"}},             // 8
	{Amount: 5_000_00, Currency: 978, Due: 50, Party: 2, References: []string{"INV-2026-0104"}},             // 9: as much
}

func TestWhatALinePays(t *testing.T) {
	for _, test := range []struct {
		name     string
		line     Line
		items    []int
		charge   money.Minor
		evidence string
	}{
		{"a key of ours", Line{Amount: -12_345_67, Key: "pay_1-17-AB"}, []int{7}, 0, "key amount"},
		{"a structured reference", Line{Amount: 4_321_00, References: []string{"RF18 5390 0754 7034"}}, []int{5}, 0, "structured_reference amount"},
		{"a number in the text", Line{Amount: 250_10, Text: "Rechnung inv 2026/0018 vom 1.10."}, []int{1}, 0, "reference amount"},
		{"without its letters", Line{Amount: 250_10, Text: "20260018"}, []int{1}, 0, "reference amount"},
		{"broken by a line end", Line{Amount: 250_10, Text: "INV-2026-0\n018"}, []int{1}, 0, "reference amount"},
		{"two in one text", Line{Amount: 350_10, Text: "INV-2026-0017 + INV-2026-0018", Account: "DE 11"}, []int{0, 1}, 0, "reference party amount"},
		{"a credit note set against", Line{Amount: 949_99, Text: "INV-2026-0023 less CN-2026-0003"}, []int{2, 3}, 0, "reference amount"},
		{"the number that both use, by account", Line{Amount: 777_77, Text: "INV-2026-0017", Account: "NL22"}, []int{4}, 0, "reference party amount"},
		{"the number that both use, by amount", Line{Amount: 100_00, Text: "INV-2026-0017"}, []int{0}, 0, "reference amount"},
		{"a slip", Line{Amount: 999_99, Text: "INV-2026-0032", Name: "NORDHAFEN STAHL GMBH"}, []int{2}, 0, "near_reference party amount"},
		{"short by what the bank says", Line{Amount: 990_24, Charges: 9_75, Text: "PO 8844001", Account: "DE11"}, []int{2}, 9_75, "reference party charges"},
		{"short by what banks keep", Line{Amount: 987_49, Text: "INV-2026-0023", Account: "DE11"}, []int{2}, 12_50, "reference party charges"},
		{"a part", Line{Amount: 400_00, Text: "INV-2026-0023 first half", Account: "DE11"}, []int{2}, 0, "reference party part"},
		{"no reference", Line{Amount: 777_77, Text: "thank you", Account: "NL22"}, []int{4}, 0, "party amount"},
		{"all that is due on one day", Line{Amount: 350_10, Text: "our account", Account: "DE11"}, []int{0, 1}, 0, "party amount only_sum"},
		{"a cut text", Line{Amount: 1_350_09, Text: "INV-2026-0017, INV-2026-0018 and more", Account: "DE11"}, []int{0, 1, 2}, 0, "reference party amount only_sum"},
	} {
		test.line.Currency = 978
		r := Match([]Line{test.line}, open, parties, Policy{})
		if len(r.Assignments) != 1 {
			t.Errorf("%s: %+v", test.name, r.Breaks)
			continue
		}
		a := r.Assignments[0]
		var items []int
		for _, part := range a.Parts {
			items = append(items, part.Item)
		}
		slices.Sort(items)
		if got := strings.Join(a.Evidence.Names(), " "); !slices.Equal(items, test.items) || a.Charge != test.charge || got != test.evidence {
			t.Errorf("%s: %v, charge %d, by %s", test.name, items, a.Charge, got)
		}
	}
}

func TestWhatIsLeftToPeople(t *testing.T) {
	for _, test := range []struct {
		name      string
		lines     []Line
		reason    Reason
		suggested []int
	}{
		{"nothing known", []Line{{Amount: 17_00, Text: "Miete"}}, NothingFits, nil},
		{"another currency", []Line{{Amount: 4_321_00, Text: "USD-2026-0001"}}, NothingFits, nil},
		{"more than is owed", []Line{{Amount: 300_00, Text: "INV-2026-0018", Account: "DE11"}}, AmountDiffers, []int{1}},
		{"less, and nobody knows from whom", []Line{{Amount: 60_00, Text: "INV-2026-0018"}}, AmountDiffers, []int{1}},
		{"two of one amount", []Line{{Amount: 5_000_00, Account: "NL22"}}, SeveralFit, []int{8, 9}},
		{"another's number", []Line{{Amount: 200_00, Text: "INV-2026-0018", Account: "NL22"}}, PartyDiffers, []int{1}},
		{"paid twice", []Line{{Amount: 250_10, Text: "INV-2026-0018"}, {Amount: 250_10, Text: "INV-2026-0018"}}, PaidAlready, nil},
	} {
		for i := range test.lines {
			test.lines[i].Currency = 978
		}
		r := Match(test.lines, open, parties, Policy{})
		if len(r.Breaks) != 1 {
			t.Errorf("%s: %+v", test.name, r.Assignments)
			continue
		}
		var suggested []int
		for _, s := range r.Breaks[0].Suggestions {
			suggested = append(suggested, s.Items...)
		}
		if b := r.Breaks[0]; b.Reason != test.reason || !slices.Equal(suggested, test.suggested) {
			t.Errorf("%s: %s, suggested %v", test.name, b.Reason, suggested)
		}
	}
}

// Two lines with one reference and one amount, and a twin of the item: nothing tells which line means which.
func TestATwinIsLeftToPeople(t *testing.T) {
	items := []Item{
		{Amount: 80_00, Currency: 978, Party: 1, References: []string{"RE-2026-00451"}},
		{Amount: 80_00, Currency: 978, Party: 1, References: []string{"RE-2026-00457"}},
	}
	line := Line{Amount: 80_00, Currency: 978, Text: "RE-2026-00451", Account: "DE11"}
	if r := Match([]Line{line, line}, items, parties, Policy{}); len(r.Assignments) != 0 {
		t.Errorf("%+v", r.Assignments)
	}
	if r := Match([]Line{line}, items, parties, Policy{}); len(r.Assignments) != 1 || r.Assignments[0].Parts[0].Item != 0 {
		t.Errorf("%+v", r)
	}
}

func TestCreditorReferences(t *testing.T) {
	for text, want := range map[string]bool{"RF18539007547034": true, "RF18539007547043": false, "RF18": false, "539007547034": false, "RF18-39007547034": false} {
		if ISO11649(text) != want {
			t.Errorf("%s: %t", text, !want)
		}
	}
}

func TestSlips(t *testing.T) {
	for _, test := range []struct {
		a, b string
		most int
		want int
	}{
		{"INV17", "INV17", 2, 0}, {"INV17", "INV71", 2, 1}, {"INV17", "INV1", 2, 1}, {"INV17", "INV177", 2, 1}, {"INV17", "1NV17", 2, 1},
		{"INV17", "INV39", 2, 2}, {"INV17", "XYZ39", 2, 3}, {"A", "ABCD", 2, 3},
	} {
		if got := slips(test.a, test.b, test.most); got != test.want {
			t.Errorf("%s, %s: %d", test.a, test.b, got)
		}
	}
}

// drawCase draws lines and items of few parties, references and amounts, so that much collides.
func drawCase(t *rapid.T) ([]Line, []Item) {
	reference := rapid.SampledFrom([]string{"INV-2026-0017", "INV-2026-0018", "INV-2026-0081", "PO8844001", "PO8844010", "RF18539007547034", "17"})
	amount := rapid.SampledFrom([]money.Minor{100, 200, 300, 500_00, 500_01, 1_000_00, -50_00, -100, 123_456_78})
	var items []Item
	for range rapid.IntRange(0, 12).Draw(t, "items") {
		items = append(items, Item{
			Amount: amount.Draw(t, "open"), Currency: money.Currency(rapid.SampledFrom([]int{978, 978, 978, 840}).Draw(t, "currency")), Party: uint64(rapid.IntRange(0, 2).Draw(t, "party")),
			References: rapid.SliceOfN(reference, 0, 2).Draw(t, "references"), Key: rapid.SampledFrom([]string{"", "", "k1", "k2"}).Draw(t, "key"),
		})
	}
	var lines []Line
	for range rapid.IntRange(0, 8).Draw(t, "lines") {
		lines = append(lines, Line{
			Amount: amount.Draw(t, "amount"), Currency: 978, Charges: rapid.SampledFrom([]money.Minor{0, 0, 1, 100}).Draw(t, "charges"),
			Text: strings.Join(rapid.SliceOfN(reference, 0, 3).Draw(t, "text"), " "), Account: rapid.SampledFrom([]string{"", "DE11", "NL22", "XX33"}).Draw(t, "account"),
			Key: rapid.SampledFrom([]string{"", "", "k1", "k2"}).Draw(t, "key"),
		})
	}
	return lines, items
}

// Whatever comes: every line is assigned once or a break; parts come to the line and its charge; no item is paid beyond what is open, and
// none of another currency; the same input gives the same.
func TestEveryCentIsAccountedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines, items := drawCase(t)
		r := Match(lines, items, parties, Policy{})
		if diff := cmp.Diff(r, Match(slices.Clone(lines), slices.Clone(items), parties, Policy{})); diff != "" {
			t.Fatal(diff)
		}
		seen, paid := make([]int, len(lines)), make([]money.Minor, len(items))
		for _, a := range r.Assignments {
			seen[a.Line]++
			sum := money.Minor(0)
			for _, part := range a.Parts {
				sum += part.Amount
				paid[part.Item] += part.Amount
				if items[part.Item].Currency != lines[a.Line].Currency {
					t.Fatalf("%+v pays another currency", a)
				}
			}
			if sum-a.Charge != lines[a.Line].Amount || len(a.Parts) == 0 || a.Evidence == 0 || a.Charge != 0 != (a.Evidence&ChargeTaken != 0) {
				t.Fatalf("%+v of %+v", a, lines[a.Line])
			}
		}
		for _, b := range r.Breaks {
			seen[b.Line]++
		}
		for i, count := range seen {
			if count != 1 {
				t.Fatalf("line %d is told of %d times", i, count)
			}
		}
		for i, it := range items {
			if r.Open[i] != it.Amount-paid[i] || it.Amount > 0 && (paid[i] < 0 || paid[i] > it.Amount) || it.Amount < 0 && (paid[i] > 0 || paid[i] < it.Amount) {
				t.Fatalf("of %d of item %d, %d are paid and %d open", it.Amount, i, paid[i], r.Open[i])
			}
		}
	})
}
