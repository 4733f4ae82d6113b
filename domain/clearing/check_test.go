package clearing

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"millrace/domain/money"
)

// trap is the graph in which setting off the pair 0, 1 first clears 20 where 40 can be cleared.
func trap() Instance {
	return Instance{Firms: 4, Debts: []Debt{
		{Debtor: 0, Creditor: 1, Amount: 10, Key: 1}, {Debtor: 1, Creditor: 0, Amount: 10, Key: 2}, {Debtor: 0, Creditor: 2, Amount: 10, Key: 3},
		{Debtor: 2, Creditor: 3, Amount: 10, Key: 4}, {Debtor: 3, Creditor: 1, Amount: 10, Key: 5},
	}}
}

// chain is 0 -> 1 -> 2 with cash.
func chain() Instance {
	return Instance{Firms: 3, Liquidity: &Liquidity{Total: 6}, Debts: []Debt{
		{Debtor: 0, Creditor: 1, Amount: 10, Key: 1}, {Debtor: 1, Creditor: 2, Amount: 4, Key: 2},
	}}
}

func TestCheck(t *testing.T) {
	best := Result{Cleared: []money.Minor{0, 10, 10, 10, 10}, Potentials: []int32{2, 1, 1, 0}}
	paid := Result{Cleared: []money.Minor{6, 4}, Given: []money.Minor{6, -2, -4}, Potentials: []int32{1, 0, 0}, Price: 1}
	for _, row := range []struct {
		name     string
		instance Instance
		result   Result
		change   func(*Instance, *Result)
		reason   Reason
		debt     int
		firm     int
	}{
		{"long circle", trap(), best, func(*Instance, *Result) {}, ReasonNone, Nowhere, Nowhere},
		{"pair first", trap(), best, func(_ *Instance, r *Result) { r.Cleared = []money.Minor{10, 10, 0, 0, 0} }, ReasonNotOptimal, Nowhere, Nowhere},
		{"weak certificate", trap(), best, func(_ *Instance, r *Result) { r.Potentials = make([]int32, 4) }, ReasonNotOptimal, Nowhere, Nowhere},
		{"more than the debt", trap(), best, func(_ *Instance, r *Result) { r.Cleared[2] = 11 }, ReasonOverstep, 2, Nowhere},
		{"less than nothing", trap(), best, func(_ *Instance, r *Result) { r.Cleared[4] = -1 }, ReasonOverstep, 4, Nowhere},
		{"unbalanced", trap(), best, func(_ *Instance, r *Result) { r.Cleared[3] = 9 }, ReasonUnbalanced, Nowhere, 2},
		{"short list", trap(), best, func(_ *Instance, r *Result) { r.Cleared = r.Cleared[:4] }, ReasonShape, Nowhere, Nowhere},
		{"unknown firm", trap(), best, func(in *Instance, _ *Result) { in.Debts[1].Creditor = 4 }, ReasonShape, 1, Nowhere},
		{"too large", trap(), best, func(in *Instance, _ *Result) { in.Debts[1].Amount = math.MaxInt64 - 9 }, ReasonOverflow, 1, Nowhere},
		{"wild certificate", trap(), best, func(in *Instance, r *Result) {
			in.Debts[0].Amount = math.MaxInt64 - 40
			r.Potentials[0], r.Potentials[1] = math.MinInt32, math.MaxInt32
		}, ReasonNotOptimal, Nowhere, Nowhere},
		{"cash without liquidity", trap(), best, func(_ *Instance, r *Result) { r.Given = []money.Minor{1, 0, 0, 0} }, ReasonUnbalanced, Nowhere, 0},
		{"with cash", chain(), paid, func(*Instance, *Result) {}, ReasonNone, Nowhere, Nowhere},
		{"no price", chain(), paid, func(_ *Instance, r *Result) { r.Price = 0 }, ReasonNone, Nowhere, Nowhere},
		{"too much cash", chain(), paid, func(in *Instance, _ *Result) { in.Liquidity.Total = 5 }, ReasonCash, Nowhere, Nowhere},
		{"over its cap", chain(), paid, func(in *Instance, _ *Result) { in.Liquidity.Caps = []money.Minor{5, 9, 9} }, ReasonCash, Nowhere, 0},
		{"below zero", chain(), paid, func(_ *Instance, r *Result) { r.Potentials[2] = -1 }, ReasonPotential, Nowhere, 2},
		{"shut at its end", chain(), paid, func(in *Instance, _ *Result) { in.Liquidity.Shut = []bool{false, false, true} }, ReasonUnbalanced, Nowhere, 2},
		{"shut and below zero", chain(), paid, func(in *Instance, r *Result) {
			in.Liquidity.Shut, r.Potentials[0] = []bool{true, false, false}, -1
			in.Debts[0].Amount, r.Cleared, r.Given = 0, []money.Minor{0, 0}, []money.Minor{0, 0, 0}
		}, ReasonNotOptimal, Nowhere, Nowhere},
		{"price below zero", chain(), paid, func(_ *Instance, r *Result) { r.Price = -1 }, ReasonPotential, Nowhere, Nowhere},
		{"wrong cash", chain(), paid, func(_ *Instance, r *Result) { r.Given[0] = 5 }, ReasonUnbalanced, Nowhere, 0},
		{"no cash named", chain(), paid, func(_ *Instance, r *Result) { r.Given = nil }, ReasonShape, Nowhere, Nowhere},
	} {
		t.Run(row.name, func(t *testing.T) {
			in, result := row.instance, row.result
			in.Debts, result.Cleared = append([]Debt(nil), in.Debts...), append([]money.Minor(nil), result.Cleared...)
			result.Given, result.Potentials = append([]money.Minor(nil), result.Given...), append([]int32(nil), result.Potentials...)
			if in.Liquidity != nil {
				in.Liquidity = &Liquidity{Total: in.Liquidity.Total}
			}
			row.change(&in, &result)
			got := Check(in, result)
			if got.Reason != row.reason || got.Debt != row.debt || got.Firm != row.firm {
				t.Errorf("%v at debt %d, firm %d; want %v at debt %d, firm %d: %v", got.Reason, got.Debt, got.Firm, row.reason, row.debt, row.firm, got)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*Instance)
		want   string
	}{
		{"good", func(*Instance) {}, ""},
		{"at the limit", func(in *Instance) { in.Debts[0].Amount = math.MaxInt64 - 4 }, ""},
		{"over the limit", func(in *Instance) { in.Debts[0].Amount = math.MaxInt64 - 3 }, "debt 1: all amounts up to here exceed"},
		{"debtor", func(in *Instance) { in.Debts[1].Debtor = 3 }, "debt 1: debtor 3"},
		{"creditor", func(in *Instance) { in.Debts[1].Creditor = -1 }, "debt 1: creditor -1"},
		{"amount", func(in *Instance) { in.Debts[0].Amount = -1 }, "debt 0: amount -1"},
		{"cash", func(in *Instance) { in.Liquidity.Total = -1 }, "total -1"},
		{"caps", func(in *Instance) { in.Liquidity.Caps = make([]money.Minor, 2) }, "2 caps for 3 firms"},
		{"shut", func(in *Instance) { in.Liquidity.Shut = make([]bool, 4) }, "4 firms are said to keep cash or not, of 3"},
		{"cap", func(in *Instance) { in.Liquidity.Caps = []money.Minor{0, 0, -7} }, "cap of firm 2"},
		{"firms", func(in *Instance) { in.Firms = -1 }, "-1 firms"},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := chain()
			row.change(&in)
			if err := in.Validate(); (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
				t.Errorf("%v, want %q", err, row.want)
			}
		})
	}
}

func TestBoundsBeyond64BitsArePrinted(t *testing.T) {
	for _, words := range [][2]uint64{{0, 0}, {0, 1<<64 - 1}, {1, 0}, {1, 7}, {1 << 40, 12345}, {1<<64 - 1, 1<<64 - 1}} {
		want := new(big.Int).SetUint64(words[0])
		want.Add(want.Lsh(want, 64), new(big.Int).SetUint64(words[1]))
		if got := (Bound{words[0], words[1]}).String(); got != want.String() {
			t.Errorf("%v is printed %s, want %s", words, got, want)
		}
	}
}
