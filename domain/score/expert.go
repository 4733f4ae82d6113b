package score

// Expert is the scorecard for reviews that ships with the program. It scores where no model has been made champion. Its points
// are an expert's, not fitted to data: they follow the usual order of what precedes a default (equity, liquidity, cover of
// interest and debt, profit, cash flow, adverse events), and 600 points stand for odds of 50 good to one bad, doubled by 20 more.
func Expert() Table {
	t := Table{Name: "expert-1", Scale: Scale{UnitsPerPoint: 1, Points: 600, Odds: 50, DoubleOdds: 20}, Base: 560}
	add := func(name string, digits uint8, upto, units []int64, missing int64) {
		t.Characteristics = append(t.Characteristics, Characteristic{Feature: len(t.Features), Upto: upto, Units: units, Missing: missing})
		t.Features = append(t.Features, Feature{Name: name, Digits: digits})
	}
	add("equity_to_assets", 4, []int64{500, 1_500, 2_500, 4_000}, []int64{-30, -10, 5, 15, 25}, -10)
	add("current_ratio", 4, []int64{8_000, 10_000, 13_000, 20_000}, []int64{-15, -5, 5, 10, 15}, -5)
	add("interest_coverage", 4, []int64{10_000, 20_000, 40_000, 80_000}, []int64{-20, -5, 8, 15, 20}, 0)
	add("debt_to_ebitda", 4, []int64{10_000, 25_000, 40_000, 60_000}, []int64{20, 12, 2, -8, -20}, -5)
	add("return_on_assets", 4, []int64{0, 200, 600, 1_200}, []int64{-15, 0, 8, 14, 18}, -5)
	add("cash_flow_to_debt", 4, []int64{0, 1_000, 2_500, 5_000}, []int64{-12, -2, 6, 12, 16}, 0)
	add("revenue_growth", 4, []int64{-2_000, -500, 1_000, 4_000}, []int64{-15, -3, 5, 8, 0}, 0)
	add("receivable_days", 1, []int64{450, 900, 1_500}, []int64{6, 0, -8, -18}, 0)
	add("bureau_adverse_open", 0, []int64{0, 1, 3}, []int64{10, -15, -30, -50}, 0)
	add("bureau_grave_open", 0, []int64{0}, []int64{0, -80}, 0)
	return t
}
