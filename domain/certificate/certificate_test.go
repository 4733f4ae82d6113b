package certificate

import (
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// byHand divides an amount by largest remainder with fractions of any size: whole parts first, then one unit each to the parts
// that have lost most, found by search.
func byHand(amount money.Minor, weights []money.Minor) []money.Minor {
	total := new(big.Int)
	for _, w := range weights {
		total.Add(total, big.NewInt(int64(w)))
	}
	shares := make([]money.Minor, len(weights))
	lost := make([]*big.Rat, len(weights))
	given := money.Minor(0)
	for i, w := range weights {
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(amount)), big.NewInt(int64(w))), total)
		whole := new(big.Int).Quo(exact.Num(), exact.Denom())
		shares[i] = money.Minor(whole.Int64())
		given += shares[i]
		lost[i] = exact.Sub(exact, new(big.Rat).SetInt(whole))
	}
	for ; given < amount; given++ {
		most := 0
		for i := range lost {
			if lost[i].Cmp(lost[most]) > 0 {
				most = i
			}
		}
		shares[most]++
		lost[most] = big.NewRat(-1, 1)
	}
	return shares
}

func TestSharesAreThoseOfTheLargestRemainder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := int64(rapid.SampledFrom([]money.Minor{3, 1_000, money.MinorMax / 40}).Draw(t, "most"))
		var weights []money.Minor
		total := money.Minor(0)
		for _, w := range rapid.SliceOfN(rapid.Int64Range(0, most), 1, 40).Draw(t, "weights") {
			weights = append(weights, money.Minor(w))
			total += money.Minor(w)
		}
		if total == 0 {
			return
		}
		amount := money.Minor(rapid.Int64Range(0, int64(total)).Draw(t, "amount"))
		shares := Shares(amount, weights)
		sum := money.Minor(0)
		for i, share := range shares {
			if share < 0 || share > weights[i] {
				t.Fatalf("part %d of weight %d gets %d", i, weights[i], share)
			}
			sum += share
		}
		if sum != amount {
			t.Fatalf("%d of %d was shared out", sum, amount)
		}
		if difference := cmp.Diff(byHand(amount, weights), shares); difference != "" {
			t.Fatal(difference)
		}
	})
}

func TestSharesByHand(t *testing.T) {
	for _, test := range []struct {
		amount        money.Minor
		weights, want []money.Minor
	}{
		{333_33, []money.Minor{400_00, 200_00, 200_00, 200_00}, []money.Minor{133_33, 66_67, 66_67, 66_66}}, // .2, .6, .6, .6: two units are left
		{1, []money.Minor{1, 1, 1}, []money.Minor{1, 0, 0}},
		{2, []money.Minor{1, 2, 3}, []money.Minor{0, 1, 1}},
		{0, []money.Minor{7}, []money.Minor{0}},
		{7, []money.Minor{0, 7}, []money.Minor{0, 7}},
	} {
		if got := Shares(test.amount, test.weights); !slices.Equal(got, test.want) {
			t.Errorf("%d by %d is %d, by hand %d", test.amount, test.weights, got, test.want)
		}
	}
	for _, weights := range [][]money.Minor{{1, 1}, {0, 0}, nil} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("3 was shared out by %d", weights)
				}
			}()
			Shares(3, weights)
		}()
	}
}

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, ok := calendar.Parse(text)
	if !ok {
		t.Fatal(text)
	}
	return d
}

func TestMonthsOfATenor(t *testing.T) {
	for _, test := range []struct {
		from, due string
		months    int64
	}{
		{"2025-06-15", "2025-06-15", 0},
		{"2025-06-15", "2025-06-14", 0},
		{"2025-06-15", "2025-06-16", 1},
		{"2025-06-15", "2025-12-15", 6},
		{"2025-06-15", "2025-12-16", 7},
		{"2025-08-31", "2026-02-28", 6}, // the last day of a shorter month
		{"2025-08-31", "2026-03-01", 7},
		{"2027-08-31", "2028-02-29", 6},
		{"2028-02-29", "2029-02-28", 12},
		{"2028-02-29", "2029-03-01", 13},
		{"2025-01-31", "2025-02-28", 1},
		{"2025-01-31", "2025-03-01", 2},
		{"2025-12-31", "9999-12-31", 95688},
		{"9999-06-15", "9999-12-31", 7},
	} {
		from, due := day(t, test.from), day(t, test.due)
		if got := monthsBegun(from, due); got != test.months {
			t.Errorf("from %s to %s %d months have begun, by hand %d", test.from, test.due, got, test.months)
		}
		for _, bound := range []int64{0, 6, 12} {
			if got := beyondMonths(from, due, bound); got != (test.months > bound) {
				t.Errorf("from %s to %s is beyond %d months: %v", test.from, test.due, bound, got)
			}
		}
	}
}

// What the calendar says of adding months is what counting them says.
func TestMonthsAreThoseOfTheCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := calendar.Date(rapid.Int32Range(0, 40_000).Draw(t, "from"))
		months := rapid.IntRange(0, 60).Draw(t, "months")
		last := from.AddMonths(months)
		if beyondMonths(from, last, int64(months)) || !beyondMonths(from, last.AddDays(1), int64(months)) {
			t.Fatalf("%d months from %s end on %s", months, from, last)
		}
	})
}

// Each rule by a decision that it lets pass and one that it does not, on the day from which it holds.
func TestRules(t *testing.T) {
	type fixture struct {
		good, bad func(f *Facts)
	}
	none := func(*Facts) {}
	months := func(months, days int) func(f *Facts) {
		return func(f *Facts) { f.Due = f.Issued.AddMonths(months).AddDays(days) }
	}
	fixtures := map[string]fixture{
		"cn_real_trade":           {func(f *Facts) { f.Performed = true }, none},
		"cn_tenor_twelve_months":  {months(12, 0), months(12, 1)},
		"cn_tenor_six_months":     {months(6, 0), months(6, 1)},
		"cn_tenor_review":         {months(6, 0), func(f *Facts) { months(6, 1)(f); f.Justified = true }},
		"cn_lender_instructs":     {func(f *Facts) { f.LenderActs = true }, none},
		"cn_financing_registered": {func(f *Facts) { f.Registered = true }, none},
		"eu_payment_term":         {func(f *Facts) { f.Due = f.Invoiced.AddDays(60) }, func(f *Facts) { f.Due = f.Invoiced.AddDays(61) }},
	}
	if len(fixtures) != len(Rules) {
		t.Errorf("%d rules, %d fixtures", len(Rules), len(fixtures))
	}
	for i := range Rules {
		r := &Rules[i]
		judged := func(issued calendar.Date, change func(f *Facts)) bool {
			f := Facts{Issued: issued, Due: issued.AddDays(30), Invoiced: issued}
			change(&f)
			return slices.ContainsFunc(Judge(r.Law, r.Acts, f), func(found Finding) bool { return found.Rule == r })
		}
		of := fixtures[r.Code]
		if judged(r.From, of.good) || !judged(r.From, of.bad) || judged(r.From.AddDays(-1), of.bad) {
			t.Errorf("%s: lets pass %v, finds %v, finds before it holds %v", r.Code, !judged(r.From, of.good), judged(r.From, of.bad), judged(r.From.AddDays(-1), of.bad))
		}
		if r.Citation == "" || r.Title == "" || r.Version == 0 || r.Law == NoLaw {
			t.Errorf("%s is not described", r.Code)
		}
	}
	if found := Judge(NoLaw, Issuing|Transferring|Financing|Disbursing, Facts{}); found != nil {
		t.Errorf("without a law there is %v", found)
	}
}

func TestNames(t *testing.T) {
	for step := Issue; step <= Cancel; step++ {
		if ParseStep(step.String()) != step {
			t.Errorf("step %d is called %s", step, step)
		}
	}
	for law := range Law(Laws) {
		if got, ok := ParseLaw(law.String()); !ok || got != law {
			t.Errorf("law %d is called %s", law, law)
		}
	}
	if _, ok := ParseLaw("XX"); ok || ParseStep("") != 0 || ParseStep("nothing") != 0 {
		t.Error("an unknown name is known")
	}
}

func TestControl(t *testing.T) {
	h := Holding{Holder: 1, To: 2, Status: Free}
	if h.Controller() != 1 {
		t.Error("a free holding is its holder's")
	}
	for _, status := range []Status{Offered, Pledged, Financed} {
		if h.Status = status; h.Controller() != 2 {
			t.Errorf("%s is controlled by %d", status, h.Controller())
		}
	}
}
