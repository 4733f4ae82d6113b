package disclosure

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

const (
	euro   = money.Currency(978)
	dollar = money.Currency(840)
)

func day(text string) calendar.Date {
	d, ok := calendar.Parse(text)
	if !ok {
		panic(text)
	}
	return d
}

func programme(n uint64) id.Programme { return id.Make[id.Programme](1, n) }
func party(n uint64) id.Party         { return id.Make[id.Party](1, n) }

// year is a small year of a buyer: payables 1 to 4 are confirmed to two finance providers, 5 is outside, 6 is paid early from own cash.
func year() Report {
	inside := func(key uint64, provider uint64, line uint8, issued, due string) Payable {
		return Payable{Key: key, Place: InArrangement, Programme: programme(1), Provider: party(provider), Line: line, Currency: euro, Issued: day(issued), Due: day(due)}
	}
	outside := func(key uint64, place Place, issued, due string) Payable {
		return Payable{Key: key, Place: place, Line: 0, Currency: euro, Issued: day(issued), Due: day(due)}
	}
	return Report{
		From: day("2026-01-01"), Until: day("2026-12-31"), Lines: []string{"trade payables", "other financial liabilities"},
		Arrangements: []Arrangement{{programme(1), "payables finance", "90 days after the invoice, by agreement with each supplier", "none"}},
		Payables: []Payable{
			inside(1, 1, 0, "2025-11-01", "2026-01-30"),
			inside(2, 1, 0, "2026-10-01", "2027-01-29"),
			inside(3, 2, 0, "2026-11-15", "2027-02-13"),
			inside(4, 2, 1, "2026-12-01", "2027-03-31"),
			outside(5, Comparable, "2026-12-10", "2027-01-09"),
			outside(6, OwnCash, "2026-12-10", "2027-01-24"),
		},
		Changes: []Change{
			{1, Confirmed, day("2025-11-10"), 500_00, 0},
			{1, SupplierPaid, day("2025-11-12"), 0, 300_00},
			{1, Paid, day("2026-01-30"), -500_00, -300_00},
			{2, Confirmed, day("2026-10-05"), 1_000_00, 0},
			{2, SupplierPaid, day("2026-10-06"), 0, 400_00},
			{3, Confirmed, day("2026-11-20"), 800_00, 0}, // confirmed and not discounted: it counts
			{3, Reduced, day("2026-12-15"), -50_00, 0},
			{4, Confirmed, day("2026-12-05"), 600_00, 0},
			{4, SupplierPaid, day("2026-12-05"), 0, 600_00},
			{4, ExchangeDifference, day("2026-12-31"), 12_34, 12_34},
			{4, Paid, day("2027-03-31"), -612_34, -612_34}, // after the period
			{5, Confirmed, day("2026-12-12"), 70_00, 0},
			{6, Confirmed, day("2026-12-12"), 90_00, 0},
		},
	}
}

func text(rows []Row) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.Join(r.Cells(), " | "))
		b.WriteByte('\n')
	}
	return b.String()
}

func TestAYearByHand(t *testing.T) {
	report := year()
	if defects := report.Defects(); len(defects) > 0 {
		t.Fatal(defects)
	}
	wantIFRS := `IAS 7.44H(a) | payment terms | payables finance |  |  |  |  | 90 days after the invoice, by agreement with each supplier
IAS 7.44H(a) | assets pledged and guarantees given | payables finance |  |  |  |  | none
IAS 7.44H(b)(i) | carrying amount of liabilities in supplier finance arrangements | trade payables | EUR | 500.00 | 1750.00 |  | 
IAS 7.44H(b)(i) | carrying amount of liabilities in supplier finance arrangements | other financial liabilities | EUR | 0.00 | 612.34 |  | 
IAS 7.44H(b)(i) | carrying amount of liabilities in supplier finance arrangements | total | EUR | 500.00 | 2362.34 |  | 
IAS 7.44H(b)(ii) | of which suppliers have already received payment from finance providers | trade payables | EUR | 300.00 | 400.00 |  | 
IAS 7.44H(b)(ii) | of which suppliers have already received payment from finance providers | other financial liabilities | EUR | 0.00 | 612.34 |  | 
IAS 7.44H(b)(ii) | of which suppliers have already received payment from finance providers | total | EUR | 300.00 | 1012.34 |  | 
IAS 7.44H(b)(iii) | shortest payment term, days after the invoice | in supplier finance arrangements |  | 90 | 90 |  | 
IAS 7.44H(b)(iii) | longest payment term, days after the invoice | in supplier finance arrangements |  | 90 | 120 |  | 
IAS 7.44H(b)(iii) | shortest payment term, days after the invoice | comparable trade payables that are not |  |  | 30 |  | 
IAS 7.44H(b)(iii) | longest payment term, days after the invoice | comparable trade payables that are not |  |  | 45 |  | 
IAS 7.44H(c) | non-cash changes in the carrying amount | reclassified from trade payables when confirmed | EUR |  |  | 2400.00 | 
IAS 7.44H(c) | non-cash changes in the carrying amount | exchange_difference | EUR |  |  | 12.34 | 
IAS 7.44H(c) | non-cash changes in the carrying amount | reduced | EUR |  |  | -50.00 | 
IAS 7.44H(c) | non-cash changes in the carrying amount | total | EUR |  |  | 2362.34 | 
IFRS 7.34(c), IG18 | concentration of liquidity risk | largest finance provider's share |  | 100.0000 % | 57.6691 % |  | 
`
	if difference := cmp.Diff(wantIFRS, text(report.IFRS())); difference != "" {
		t.Error(difference)
	}
	wantFASB := `ASC 405-50-50-3(a) | payment terms | payables finance |  |  |  |  | 90 days after the invoice, by agreement with each supplier
ASC 405-50-50-3(a) | assets pledged and guarantees given | payables finance |  |  |  |  | none
ASC 405-50-50-3(b)(1)-(2) | confirmed amount outstanding | trade payables | EUR | 500.00 | 1750.00 |  | 
ASC 405-50-50-3(b)(1)-(2) | confirmed amount outstanding | other financial liabilities | EUR | 0.00 | 612.34 |  | 
ASC 405-50-50-3(b)(1)-(2) | confirmed amount outstanding | total | EUR | 500.00 | 2362.34 |  | 
ASC 405-50-50-3(b)(3) | confirmed obligations outstanding at the beginning |  | EUR |  |  | 500.00 | 
ASC 405-50-50-3(b)(3) | invoices confirmed |  | EUR |  |  | 2400.00 | 
ASC 405-50-50-3(b)(3) | confirmed invoices paid |  | EUR |  |  | -500.00 | 
ASC 405-50-50-3(b)(3) | other changes |  | EUR |  |  | -37.66 | 
ASC 405-50-50-3(b)(3) | confirmed obligations outstanding at the end |  | EUR |  |  | 2362.34 | 
`
	if difference := cmp.Diff(wantFASB, text(report.FASB())); difference != "" {
		t.Error(difference)
	}
	if len(Header) != len(report.FASB()[0].Cells()) {
		t.Error("a row has other cells than the header names")
	}
}

// facts draws lives of payables that keep their bounds.
func facts(t *rapid.T) Report {
	r := Report{From: 20_000, Until: 20_365, Lines: []string{"a", "b", "c"}}
	for key := range rapid.Uint64Range(0, 8).Draw(t, "payables") {
		p := Payable{Key: key + 1, Place: Place(rapid.IntRange(1, 3).Draw(t, "place")), Line: uint8(rapid.IntRange(0, 2).Draw(t, "line")), Issued: 19_000,
			Due: 19_000 + calendar.Date(rapid.IntRange(0, 200).Draw(t, "term")), Currency: rapid.SampledFrom([]money.Currency{euro, dollar}).Draw(t, "currency")}
		if p.Place == InArrangement {
			p.Programme, p.Provider = programme(1), party(rapid.Uint64Range(1, 3).Draw(t, "provider"))
		}
		r.Payables = append(r.Payables, p)
		on := calendar.Date(rapid.IntRange(19_900, 20_300).Draw(t, "confirmed"))
		amount, part := money.Minor(rapid.Int64Range(1, 10_000).Draw(t, "amount")), money.Minor(0)
		r.Changes = append(r.Changes, Change{p.Key, Confirmed, on, amount, 0})
		for range rapid.IntRange(0, 5).Draw(t, "changes") {
			on += calendar.Date(rapid.IntRange(0, 90).Draw(t, "later"))
			c := Change{Payable: p.Key, On: on, Kind: Kind(rapid.IntRange(2, int(kindsEnd)-1).Draw(t, "kind"))}
			switch c.Kind {
			case SupplierPaid:
				if part == amount || p.Place != InArrangement {
					continue
				}
				c.Part = money.Minor(rapid.Int64Range(1, int64(amount-part)).Draw(t, "part"))
			case Paid:
				if amount == 0 {
					continue
				}
				c.Amount = -money.Minor(rapid.Int64Range(1, int64(amount)).Draw(t, "paid"))
				c.Part = -max(0, part-(amount+c.Amount))
			default:
				c.Amount = money.Minor(rapid.Int64Range(-int64(amount-part), 500).Draw(t, "change"))
			}
			amount, part = amount+c.Amount, part+c.Part
			r.Changes = append(r.Changes, c)
		}
	}
	return r
}

func TestRowsAgreeWithEachOtherAndWithTheFacts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := facts(t)
		if defects := r.Defects(); len(defects) > 0 {
			t.Fatal(defects)
		}
		ifrs, fasb := r.IFRS(), r.FASB()
		for _, currency := range []money.Currency{euro, dollar} {
			find := func(rows []Row, citation, detail, label string) Row {
				for _, row := range rows {
					if row.Citation == citation && row.Currency == currency && row.Detail == detail && strings.Contains(row.Label, label) {
						return row
					}
				}
				return Row{}
			}
			var begin, end, part, confirmed, paid, other int64
			for _, c := range r.Changes {
				p := r.Payables[c.Payable-1]
				if p.Currency != currency || p.Place != InArrangement || c.On > r.Until {
					continue
				}
				end += int64(c.Amount)
				part += int64(c.Part)
				switch {
				case c.On < r.From:
					begin += int64(c.Amount)
				case c.Kind == Confirmed:
					confirmed += int64(c.Amount)
				case c.Kind == Paid:
					paid += int64(c.Amount)
				default:
					other += int64(c.Amount)
				}
			}
			carrying, already := find(ifrs, "IAS 7.44H(b)(i)", "total", ""), find(ifrs, "IAS 7.44H(b)(ii)", "total", "")
			if carrying.Beginning != begin || carrying.End != end || already.End != part || already.End > carrying.End || already.Beginning > carrying.Beginning {
				t.Fatalf("%+v %+v: by hand %d, %d, %d", carrying, already, begin, end, part)
			}
			if got := find(ifrs, "IAS 7.44H(c)", "total", "").Period; got != confirmed+other || begin+got+paid != end {
				t.Fatalf("non-cash %d, by hand %d", got, confirmed+other)
			}
			roll := []int64{}
			for _, label := range []string{"at the beginning", "invoices confirmed", "invoices paid", "other changes", "at the end"} {
				roll = append(roll, find(fasb, "ASC 405-50-50-3(b)(3)", "", label).Period)
			}
			if difference := cmp.Diff([]int64{begin, confirmed, paid, other, end}, roll); difference != "" || roll[0]+roll[1]+roll[2]+roll[3] != roll[4] {
				t.Fatal(difference, roll)
			}
		}
		// Neither the order of facts nor what is outside an arrangement moves an amount.
		other := r
		other.Payables = rapid.Permutation(r.Payables).Draw(t, "payables in another order")
		other.Changes = rapid.Permutation(r.Changes).Draw(t, "changes in another order")
		if difference := cmp.Diff(ifrs, other.IFRS()); difference != "" {
			t.Fatal(difference)
		}
		if difference := cmp.Diff(fasb, other.FASB()); difference != "" {
			t.Fatal(difference)
		}
		other.Changes = nil
		for _, c := range r.Changes {
			if r.Payables[c.Payable-1].Place == InArrangement {
				other.Changes = append(other.Changes, c)
			}
		}
		if difference := cmp.Diff(fasb, other.FASB()); difference != "" {
			t.Fatal(difference)
		}
	})
}

func TestEveryDefectHasItsReproducer(t *testing.T) {
	for want, spoil := range map[string]func(r *Report){
		"the period ends before it begins":                                            func(r *Report) { r.Until = r.From - 1 },
		"a payable is given twice":                                                    func(r *Report) { r.Payables = append(r.Payables, r.Payables[5]) },
		"a payable is in no line item":                                                func(r *Report) { r.Payables[0].Line = 2 },
		"a payable is nowhere":                                                        func(r *Report) { r.Payables[4].Place = 0 },
		"a payable is in an arrangement, or has no programme":                         func(r *Report) { r.Payables[0].Programme = 0 },
		"a payable is in no currency":                                                 func(r *Report) { r.Payables[0].Currency = 1 },
		"a payable is due before its invoice":                                         func(r *Report) { r.Payables[0].Due = r.Payables[0].Issued - 1 },
		"a change is of no payable":                                                   func(r *Report) { r.Changes[12].Payable = 99 },
		"a change is of no kind":                                                      func(r *Report) { r.Changes[12].Kind = kindsEnd },
		"what is confirmed is above zero":                                             func(r *Report) { r.Changes[12].Amount = 0 },
		"what is paid is taken off":                                                   func(r *Report) { r.Changes[12].Kind = Paid },
		"paying a supplier leaves the carrying amount":                                func(r *Report) { r.Changes[8].Amount = 1 },
		"a supplier was paid by nobody":                                               func(r *Report) { r.Changes[12].Part = 1 },
		"a carrying amount is below zero, or below the part that suppliers were paid": func(r *Report) { r.Changes[4].Part = 1_000_01 },
	} {
		r := year()
		spoil(&r)
		defects := r.Defects()
		if len(defects) == 0 || !strings.Contains(strings.Join(defects, "\n"), want) {
			t.Errorf("%s: %q", want, defects)
		}
	}
}
