package allocation

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/money"
)

func TestByPriority(t *testing.T) {
	decisions := []Decision{
		{Funder: party(1), Amount: 50, Priority: 2, Rate: 11},
		{Funder: party(2), Amount: 30, Priority: 1, Rate: 12},
		{Funder: party(3), Amount: 90, Least: 40, Priority: 2, Rate: 13}, // 20 are left for it
		{Funder: party(4), Amount: 0, Priority: 1, Rate: 14},
		{Funder: party(5), Amount: 15, Priority: 3, Rate: 15},
	}
	for _, test := range []struct {
		amount money.Minor
		want   Allocation
	}{
		{0, Allocation{}},
		{20, Allocation{Parts: []Part{{party(2), 20, 12}}}},
		{70, Allocation{Parts: []Part{{party(2), 30, 12}, {party(1), 40, 11}}}},
		{100, Allocation{Parts: []Part{{party(2), 30, 12}, {party(1), 50, 11}, {party(5), 15, 15}}, Unfilled: 5}},
		{130, Allocation{Parts: []Part{{party(2), 30, 12}, {party(1), 50, 11}, {party(3), 50, 13}}}},
	} {
		if difference := cmp.Diff(test.want, ByPriority(test.amount, decisions)); difference != "" {
			t.Errorf("%d: %s", test.amount, difference)
		}
	}
}

func TestProRata(t *testing.T) {
	for _, test := range []struct {
		name      string
		amount    money.Minor
		decisions []Decision
		want      Allocation
	}{
		{"largest remainder", 100, []Decision{{Funder: party(1), Amount: 90, Commitment: 1}, {Funder: party(2), Amount: 90, Commitment: 1}, {Funder: party(3), Amount: 90, Commitment: 1}},
			Allocation{Parts: []Part{{party(1), 34, 0}, {party(2), 33, 0}, {party(3), 33, 0}}}},
		{"one takes less", 100, []Decision{{Funder: party(1), Amount: 10, Commitment: 50}, {Funder: party(2), Amount: 90, Commitment: 30}, {Funder: party(3), Amount: 90, Commitment: 20}},
			Allocation{Parts: []Part{{party(1), 10, 0}, {party(2), 54, 0}, {party(3), 36, 0}}}},
		{"all take less", 100, []Decision{{Funder: party(1), Amount: 10, Commitment: 50}, {Funder: party(2), Amount: 20, Commitment: 50}},
			Allocation{Parts: []Part{{party(1), 10, 0}, {party(2), 20, 0}}, Unfilled: 70}},
		{"below its least", 100, []Decision{{Funder: party(1), Amount: 90, Commitment: 90}, {Funder: party(2), Amount: 90, Least: 20, Commitment: 10}},
			Allocation{Parts: []Part{{party(1), 90, 0}}, Unfilled: 10}},
		{"declined and uncommitted", 100, []Decision{{Funder: party(1), Commitment: 90}, {Funder: party(2), Amount: 90}, {Funder: party(3), Amount: 100, Commitment: 1}},
			Allocation{Parts: []Part{{party(3), 100, 0}}}},
		{"nobody", 100, nil, Allocation{Unfilled: 100}},
	} {
		if difference := cmp.Diff(test.want, ProRata(test.amount, test.decisions)); difference != "" {
			t.Errorf("%s: %s", test.name, difference)
		}
	}
}

// Nobody gets more than it takes, or less than its least; nothing is left while somebody has room; and two who are not
// at their limits get amounts whose exact shares differ by less than one unit.
func TestProRataKeepsProportions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := int64(rapid.SampledFrom([]money.Minor{5, 1_000, money.MinorMax / 10}).Draw(t, "most"))
		var decisions []Decision
		for i := range rapid.IntRange(0, 8).Draw(t, "funders") {
			decisions = append(decisions, Decision{Funder: party(uint64(i + 1)), Amount: money.Minor(rapid.Int64Range(0, most).Draw(t, "amount")),
				Commitment: money.Minor(rapid.Int64Range(0, most).Draw(t, "commitment"))})
		}
		amount := money.Minor(rapid.Int64Range(0, 3*most).Draw(t, "needed"))
		result := ProRata(amount, decisions)
		got := map[uint64]money.Minor{}
		total := result.Unfilled
		for _, part := range result.Parts {
			got[part.Funder.Number()] = part.Amount
			total += part.Amount
		}
		if total != amount {
			t.Fatalf("%d of %d", total, amount)
		}
		for i, d := range decisions {
			part := got[uint64(i+1)]
			if part > d.Amount || result.Unfilled > 0 && d.Commitment > 0 && part < d.Amount {
				t.Fatalf("%+v of %+v", result, decisions)
			}
			for j, e := range decisions {
				other := got[uint64(j+1)]
				if d.Commitment == 0 || e.Commitment == 0 || part == d.Amount || other == 0 {
					continue
				}
				// i has room, so that j's part, less what rounding may have added, is no more per unit of commitment than i's, plus one.
				left := new(big.Rat).SetFrac64(int64(other-1), int64(e.Commitment))
				right := new(big.Rat).SetFrac64(int64(part+1), int64(d.Commitment))
				if left.Cmp(right) > 0 {
					t.Fatalf("%d of %+v against %d of %+v", part, d, other, e)
				}
			}
		}
	})
}

func TestPartsRespectTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var decisions []Decision
		for i := range rapid.IntRange(0, 6).Draw(t, "funders") {
			decisions = append(decisions, Decision{Funder: party(uint64(i + 1)), Amount: money.Minor(rapid.Int64Range(0, 50).Draw(t, "amount")),
				Least: money.Minor(rapid.Int64Range(0, 30).Draw(t, "least")), Commitment: money.Minor(rapid.Int64Range(0, 9).Draw(t, "commitment")), Priority: uint8(rapid.IntRange(0, 2).Draw(t, "priority"))})
		}
		amount := money.Minor(rapid.Int64Range(0, 100).Draw(t, "needed"))
		for _, result := range []Allocation{ProRata(amount, decisions), ByPriority(amount, decisions)} {
			total := result.Unfilled
			for _, part := range result.Parts {
				d := decisions[part.Funder.Number()-1]
				if part.Amount <= 0 || part.Amount < d.Least || part.Amount > d.Amount {
					t.Fatalf("%+v against %+v", part, d)
				}
				total += part.Amount
			}
			if total != amount || result.Unfilled < 0 {
				t.Fatalf("%+v of %d", result, amount)
			}
		}
	})
}

func TestNegativeAmountsPanic(t *testing.T) {
	for _, act := range []func(){
		func() { ByPriority(-1, nil) },
		func() { ProRata(1, []Decision{{Amount: -1}}) },
		func() { ProRata(1, []Decision{{Commitment: -1}}) },
		func() { a := anAuction(0, 1, 0, 1, MarginByTime); Solve(&a, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			act()
		}()
	}
}
