package risk_test

import (
	"testing"

	"millrace/domain/risk"
)

// Volume of 300 after 240 is a quarter more; the grade goes from 3.0 to 3.5. With half the growth, or the grade as it was, nothing is alarmed.
func TestVolumeThatGrowsWhileTheGradeFalls(t *testing.T) {
	month := func(volume, grade int64) risk.Vintage {
		return risk.Vintage{Volume: volume, Graded: volume, Weighted: volume * grade / 10}
	}
	for _, test := range []struct {
		what     string
		vintages []risk.Vintage
		want     risk.Drifted
	}{
		{"grows and falls", []risk.Vintage{month(80, 30), month(80, 30), month(80, 30), month(100, 35), month(100, 35), month(100, 35)},
			risk.Drifted{Alarm: true, Growth: 250_000, GradeBefore: 3_000, GradeNow: 3_500}},
		{"hardly grows", []risk.Vintage{month(80, 30), month(80, 30), month(80, 30), month(80, 35), month(80, 35), month(100, 35)},
			risk.Drifted{Growth: 83_333, GradeBefore: 3_000, GradeNow: 3_500}},
		{"keeps its grade", []risk.Vintage{month(80, 30), month(80, 30), month(80, 30), month(100, 30), month(100, 30), month(100, 30)},
			risk.Drifted{Growth: 250_000, GradeBefore: 3_000, GradeNow: 3_000}},
		{"is too young", []risk.Vintage{month(80, 30), month(100, 50)}, risk.Drifted{}},
		{"had nothing before", make([]risk.Vintage, 6), risk.Drifted{}},
	} {
		if got := risk.DriftPresumed.Judge(test.vintages); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.what, got, test.want)
		}
	}
}
