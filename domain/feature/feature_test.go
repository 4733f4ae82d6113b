package feature_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
)

func wide(w feature.Wide) *big.Int {
	v := new(big.Int).SetUint64(w.High)
	return v.Add(v.Lsh(v, 64), new(big.Int).SetUint64(w.Low))
}

// The sum of squares that is kept step by step is that of the sums, and the share that follows is the exact one rounded down.
func TestConcentrationIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := feature.Record{Subject: feature.Subject{Kind: feature.Seller}}
		sums := map[id.Party]money.Minor{}
		for range rapid.IntRange(1, 60).Draw(t, "invoices") {
			other := id.Make[id.Party](1, rapid.Uint64Range(1, 8).Draw(t, "other"))
			face := money.Minor(rapid.Int64Range(1, int64(money.MinorMax)).Draw(t, "face"))
			was, met := sums[other]
			sums[other] = was + face
			r.Life.Add(feature.Change{Measure: feature.Invoices, Amount: face})
			r.Concentrate(feature.Deal{Was: was, Now: was + face, Fresh: !met}, other)
		}
		squares, sum := new(big.Int), new(big.Int)
		for _, x := range sums {
			v := big.NewInt(int64(x))
			sum.Add(sum, v)
			squares.Add(squares, new(big.Int).Mul(v, v))
		}
		if wide(r.Squares).Cmp(squares) != 0 || int(r.Counterparties) != len(sums) {
			t.Fatalf("squares %v of %d, want %v of %d", wide(r.Squares), r.Counterparties, squares, len(sums))
		}
		share := new(big.Int).Mul(squares, big.NewInt(1_000_000))
		share.Div(share, sum.Mul(sum, sum))
		var rolling feature.Rolling
		rolling.Take(&r)
		if got, known := feature.Find("concentration").Value(&rolling, 0); !known || got != share.Int64() {
			t.Fatalf("concentration %d %t, want %v", got, known, share)
		}
	})
}

// What a member adds to a group comes out again without a trace, in whatever order.
func TestMembersJoinAndLeave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) *feature.Record {
			r := &feature.Record{Counterparties: rapid.Uint32Range(0, 9).Draw(t, name), Squares: feature.Wide{High: rapid.Uint64Range(0, 1<<40).Draw(t, name), Low: rapid.Uint64().Draw(t, name)}}
			for range rapid.IntRange(0, 9).Draw(t, name) {
				r.Life.Add(feature.Change{
					Measure: feature.Measure(rapid.IntRange(0, feature.MeasureCount-1).Draw(t, name)),
					Amount:  money.Minor(rapid.Int64Range(0, int64(money.MinorMax)).Draw(t, name)), Days: rapid.Int64Range(0, 400).Draw(t, name),
				})
			}
			return r
		}
		one, two := draw("one"), draw("two")
		group := feature.Record{}
		group.Join(one)
		want := group
		group.Join(two)
		other := feature.Record{}
		other.Join(two)
		other.Join(one)
		if group != other {
			t.Fatal("the order of members matters")
		}
		if group.Leave(two); group != want {
			t.Fatalf("a member left something: %+v, want %+v", group, want)
		}
	})
}

// By hand: a quarter with 300 after one with 200; 60 paid ten days late of 240 paid; 12 credited and 3 lost of 500.
func TestFiguresByHand(t *testing.T) {
	today, _ := calendar.Of(2026, 6, 15)
	r := feature.Rolling{First: today - 100, Last: today - 5, Biggest: 150}
	month := func(back int32, changes ...feature.Change) {
		m := feature.Month{Month: feature.MonthOf(today) - back}
		for _, f := range changes {
			m.Counters.Add(f)
			r.Life.Add(f)
		}
		r.TakeMonth(&m, today)
	}
	month(0, feature.Change{Measure: feature.Invoices, Amount: 150, Days: 30}, feature.Change{Measure: feature.Late, Amount: 60, Days: 10})
	month(2, feature.Change{Measure: feature.Invoices, Amount: 150, Days: 60}, feature.Change{Measure: feature.OnTime, Amount: 180})
	month(3, feature.Change{Measure: feature.Invoices, Amount: 200, Days: 90}, feature.Change{Measure: feature.Credited, Amount: 12}, feature.Change{Measure: feature.Lost, Amount: 3})
	month(12, feature.Change{Measure: feature.Invoices, Amount: 1_000, Days: 90})
	for name, want := range map[string]int64{
		"age_days": 100, "idle_days": 5, "invoices": 4, "invoiced": 1_500, "invoices_12m": 3, "invoiced_12m": 500, "invoices_3m": 2, "invoiced_3m": 300,
		"growth": 500_000, "growth_count": 1_000_000, "invoice_mean_12m": 166, "invoice_biggest": 150, "dilution_12m": 30_000, "dilution_3m": 0,
		"dilution_rise": -75_000, "paid_12m": 240, "late_payments_12m": 1, "late_share_12m": 250_000, "late_days_mean_12m": 500, "late_days_12m": 250,
		"late_days_3m": 250, "tenor_days_mean_12m": 6_000, "tenor_days_12m": 6_300, "unsettled": 1_245, "reversed_share_12m": 0, "credit_notes_12m": 1,
	} {
		if got, known := feature.Find(name).Value(&r, today); !known || got != want {
			t.Errorf("%s: %d %t, want %d", name, got, known, want)
		}
	}
	for _, name := range []string{"late_days_rise", "overdue_share_12m", "repaid_late_share", "concentration", "largest_share"} {
		if got, known := feature.Find(name).Value(&r, today); known {
			t.Errorf("%s: %d, and nothing is known of it", name, got)
		}
	}
}

// A sum that was too large is not shown as a number, and taking back does not make it one.
func TestSumsThatAreTooLarge(t *testing.T) {
	var r feature.Rolling
	for range 200 {
		r.Year.Add(feature.Change{Measure: feature.Invoices, Amount: money.MinorMax, Days: 36_600})
	}
	taken := r.Year
	r.Year.Leave(&taken)
	if r.Year.Amounts[feature.Invoices] != math.MaxInt64 {
		t.Errorf("the sum is %d", r.Year.Amounts[feature.Invoices])
	}
	for _, name := range []string{"invoiced_12m", "invoice_mean_12m", "tenor_days_12m", "dilution_12m"} {
		if got, known := feature.Find(name).Value(&r, 1); known {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range feature.Named {
		if seen[f.Name] || f.Name == "" || f.Title == "" || f.Formula == "" {
			t.Errorf("figure %q", f.Name)
		}
		seen[f.Name] = true
	}
	if feature.Find("nothing") != nil {
		t.Error("a figure without a name")
	}
}
