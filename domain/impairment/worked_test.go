package impairment_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/disclosure"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/money"
)

var update = flag.Bool("update", false, "write the computed tables into the page")

const page = "../../doc/IMPAIRMENT.md"

// computed holds a table of the page against what it is computed to be.
func computed(t *testing.T, name, table string) {
	t.Helper()
	source, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(source), "<!-- computed: "+name+" -->\n")
	shown, after, closed := strings.Cut(rest, "<!-- end -->\n")
	if !opened || !closed {
		t.Fatalf("%s has no place for %s", page, name)
	}
	if shown == table {
		return
	}
	if !*update {
		t.Fatalf("%s shows for %s\n%s\nand not\n%s", page, name, shown, table)
	}
	text := before + "<!-- computed: " + name + " -->\n" + table + "<!-- end -->\n" + after
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const euro = money.Currency(978)

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, ok := calendar.Parse(text)
	if !ok {
		t.Fatal(text)
	}
	return d
}

func euros(m money.Minor) string { return money.Format(m, euro) }

func TestStagesOfThePage(t *testing.T) {
	policy := impairment.Presumed
	var b strings.Builder
	b.WriteString("| day | days past due | grade (4 at the start) | stage | cause | since |\n| --- | ---: | ---: | --- | --- | --- |\n")
	var s impairment.Staging
	for _, step := range []struct {
		on          string
		daysPastDue int32
		grade       uint8
	}{
		{"2026-01-15", 0, 4}, {"2026-02-15", 30, 4}, {"2026-02-16", 31, 4}, {"2026-04-16", 90, 5}, {"2026-05-04", 0, 6}, {"2026-08-03", 0, 5}, {"2026-08-04", 0, 5},
		{"2026-10-01", 0, 6}, {"2026-11-02", 0, 5}, {"2027-02-02", 0, 5},
	} {
		s = policy.Next(s, impairment.Behaviour{On: date(t, step.on), DaysPastDue: step.daysPastDue, GradeStart: 4, Grade: step.grade})
		fmt.Fprintf(&b, "| %s | %d | %d | %s | %s | %s |\n", step.on, step.daysPastDue, step.grade, s.Stage, strings.ReplaceAll(s.Cause.String(), "_", " "), s.Since)
	}
	computed(t, "stages", b.String())
}

func TestExpectedLossOfThePage(t *testing.T) {
	on := date(t, "2026-06-30")
	c := impairment.Case{
		On: on, Daily: impairment.FactorOf(60_000),
		Periods: []impairment.Period{
			{Until: date(t, "2026-12-31"), Drawn: 800_000_00, Undrawn: 200_000_00, Conversion: 400_000},
			{Until: date(t, "2027-06-30"), Drawn: 600_000_00, Undrawn: 400_000_00, Conversion: 400_000},
			{Until: date(t, "2028-06-30"), Drawn: 400_000_00},
		},
		Scenarios: []impairment.Scenario{
			{Weight: 600_000, Default: impairment.Marginal([]money.Rate{5_000, 12_000, 30_000}), Loss: 400_000},
			{Weight: 400_000, Default: impairment.Marginal([]money.Rate{12_000, 30_000, 70_000}), Loss: 500_000},
		},
		Covers: []impairment.Cover{{Share: 900_000, Limit: 500_000_00, Failure: 20_000}},
	}
	if defects := c.Defects(impairment.TwelveMonths); len(defects) > 0 {
		t.Fatal(defects)
	}
	var b strings.Builder
	b.WriteString("| scenario | until | days | exposure | not covered | default | loss given default |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n")
	lifetime := c.Expected(impairment.Lifetime, func(term impairment.Term) {
		fmt.Fprintf(&b, "| %d (%s) | %s | %d | %s | %s | %s | %s |\n", term.Scenario+1, c.Scenarios[term.Scenario].Weight, term.Until, term.Days,
			euros(term.Exposure), euros(term.Uncovered), term.Default, term.Loss)
	})
	year := c.Expected(impairment.TwelveMonths, nil)
	c.Covers = nil
	fmt.Fprintf(&b, "\nTwelve months (stage 1): **%s**. Lifetime (stage 2): **%s**. Without the cover the latter would be %s.\n",
		euros(year), euros(lifetime), euros(c.Expected(impairment.Lifetime, nil)))
	impaired := impairment.ExpectedImpaired(800_000_00, []impairment.Recovery{
		{Weight: 700_000, Flows: []impairment.Flow{{Days: 120, Amount: 500_000_00}, {Days: 365, Amount: 106_000_00}}},
		{Weight: 300_000, Flows: []impairment.Flow{{Days: 365, Amount: 318_000_00}}},
	}, c.Daily)
	fmt.Fprintf(&b, "Impaired (stage 3), gross 800000.00, expecting 500000.00 in 120 days and 106000.00 in a year with 70 %%, 318000.00 in a year with 30 %%: **%s**.\n", euros(impaired))
	computed(t, "loss", b.String())
}

func TestMatrixOfThePage(t *testing.T) {
	m := impairment.Matrix{Weights: []money.Rate{750_000, 250_000}, Buckets: []impairment.Bucket{
		{FromDays: 0, Rates: []money.Rate{3_000, 4_000}}, {FromDays: 1, Rates: []money.Rate{15_000, 19_000}}, {FromDays: 31, Rates: []money.Rate{35_000, 45_000}},
		{FromDays: 61, Rates: []money.Rate{60_000, 90_000}}, {FromDays: 91, Rates: []money.Rate{100_000, 200_000}},
	}}
	if defects := m.Defects(); len(defects) > 0 {
		t.Fatal(defects)
	}
	rows, total := m.Provision([]impairment.Debt{{1_250_310_45, 0}, {402_118_90, 12}, {75_940_10, 45}, {31_006_77, 80}, {18_250_01, 130}})
	var b strings.Builder
	b.WriteString("| past due from | amount | rate | provision |\n| ---: | ---: | ---: | ---: |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %d days | %s | %s | %s |\n", r.FromDays, euros(r.Amount), r.Rate, euros(r.Provision))
	}
	fmt.Fprintf(&b, "| total | | | %s |\n", euros(total))
	computed(t, "matrix", b.String())
}

func TestPurchaseOfThePage(t *testing.T) {
	flows := []impairment.Flow{{Days: 60, Amount: 40_000_00}, {Days: 90, Amount: 60_000_00}}
	price := money.Minor(98_750_00)
	factor, yield := impairment.EffectiveInterest(price, flows)
	if yield != impairment.Found {
		t.Fatal(yield)
	}
	annual, _ := factor.Annual()
	var b strings.Builder
	b.WriteString("| day | received | income since the row before | amortised cost |\n| ---: | ---: | ---: | ---: |\n")
	before := int32(0)
	for _, on := range []int32{0, 30, 60, 90} {
		received := money.Minor(0)
		for _, f := range flows {
			if f.Days == on {
				received = f.Amount
			}
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", on, euros(received), euros(impairment.Income(flows, factor, before, on)), euros(impairment.AmortisedCost(flows, factor, on)))
		before = on
	}
	fmt.Fprintf(&b, "\nThe effective interest is %s a year; income comes to %s, the discount.\n", annual, euros(impairment.Income(flows, factor, 0, 90)))
	computed(t, "purchase", b.String())
}

func TestDisclosureOfThePage(t *testing.T) {
	arrangement := id.Make[id.Programme](1, 1)
	payable := func(key, provider uint64, issued, due string) disclosure.Payable {
		return disclosure.Payable{Key: key, Place: disclosure.InArrangement, Programme: arrangement, Provider: id.Make[id.Party](1, provider), Currency: euro,
			Issued: date(t, issued), Due: date(t, due)}
	}
	outside := disclosure.Payable{Key: 4, Place: disclosure.OwnCash, Currency: euro, Issued: date(t, "2026-12-01"), Due: date(t, "2027-01-15")}
	change := func(key uint64, kind disclosure.Kind, on string, amount, part money.Minor) disclosure.Change {
		return disclosure.Change{Payable: key, Kind: kind, On: date(t, on), Amount: amount, Part: part}
	}
	report := disclosure.Report{
		From: date(t, "2026-01-01"), Until: date(t, "2026-12-31"), Lines: []string{"trade payables"},
		Arrangements: []disclosure.Arrangement{{Programme: arrangement, Name: "payables finance", Terms: "90 days after the invoice", Security: "none"}},
		Payables:     []disclosure.Payable{payable(1, 7, "2025-11-20", "2026-02-18"), payable(2, 7, "2026-10-12", "2027-01-10"), payable(3, 8, "2026-12-01", "2027-03-01"), outside},
		Changes: []disclosure.Change{
			change(1, disclosure.Confirmed, "2025-12-01", 420_000_00, 0), change(1, disclosure.SupplierPaid, "2025-12-03", 0, 420_000_00),
			change(1, disclosure.Paid, "2026-02-18", -420_000_00, -420_000_00),
			change(2, disclosure.Confirmed, "2026-10-20", 300_000_00, 0), change(2, disclosure.SupplierPaid, "2026-10-22", 0, 180_000_00),
			change(3, disclosure.Confirmed, "2026-12-10", 150_000_00, 0), change(3, disclosure.Reduced, "2026-12-20", -5_000_00, 0),
			change(4, disclosure.Confirmed, "2026-12-05", 80_000_00, 0),
		},
	}
	if defects := report.Defects(); len(defects) > 0 {
		t.Fatal(defects)
	}
	for name, rows := range map[string][]disclosure.Row{"ifrs": report.IFRS(), "fasb": report.FASB()} {
		var b strings.Builder
		b.WriteString("| " + strings.Join(disclosure.Header, " | ") + " |\n| --- | --- | --- | --- | ---: | ---: | ---: | --- |\n")
		for i := range rows {
			b.WriteString("| " + strings.Join(rows[i].Cells(), " | ") + " |\n")
		}
		computed(t, name, b.String())
	}
}
