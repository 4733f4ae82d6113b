package risk

import "millrace/domain/money"

// Drift is the rule that alarms when volume grows while the grade falls: good business that runs out is replaced by more of worse. It has no
// source in law; it is this project's own, drawn from lenders that paid old losses with new business and showed growth until the end.
type Drift struct {
	Months    int   // of the window, the current one included; it is held against as many before
	GrowthMin int64 // of the volume, in millionths: at least so much
	WorseMin  int64 // of the mean grade by volume, in thousandths of a grade: at least so much
}

// DriftPresumed is the rule as it is shown: three months, a fifth more volume, a quarter of a grade worse.
var DriftPresumed = Drift{Months: 3, GrowthMin: 200_000, WorseMin: 250}

// Vintage is what was paid out in one month. Graded is the volume of debtors with a grade, Weighted the sum of grade * volume.
type Vintage struct{ Volume, Graded, Weighted int64 }

// Drifted is what the rule has found. Growth is in millionths, grades are in thousandths.
type Drifted struct {
	Alarm                 bool
	Growth                int64
	GradeBefore, GradeNow int64
}

// Judge holds the last months against those before; vintages are by month, the newest last, at least twice the window, else there is nothing
// to hold against and no alarm.
//
//	growth = volume now / volume before - 1        grade = sum of grade * volume / volume of debtors with a grade
func (d *Drift) Judge(vintages []Vintage) Drifted {
	if len(vintages) < 2*d.Months {
		return Drifted{}
	}
	now, before := total(vintages[len(vintages)-d.Months:]), total(vintages[len(vintages)-2*d.Months:len(vintages)-d.Months])
	if before.Volume == 0 || before.Graded == 0 || now.Graded == 0 {
		return Drifted{}
	}
	found := Drifted{
		Growth:      scaled(now.Volume-before.Volume, 1_000_000, before.Volume),
		GradeBefore: scaled(before.Weighted, 1_000, before.Graded), GradeNow: scaled(now.Weighted, 1_000, now.Graded),
	}
	found.Alarm = found.Growth >= d.GrowthMin && found.GradeNow-found.GradeBefore >= d.WorseMin
	return found
}

func total(vintages []Vintage) Vintage {
	var sum Vintage
	for _, v := range vintages {
		sum.Volume, sum.Graded, sum.Weighted = sum.Volume+v.Volume, sum.Graded+v.Graded, sum.Weighted+v.Weighted
	}
	return sum
}

// scaled is value * scale / whole, rounded half up.
func scaled(value, scale, whole int64) int64 {
	return int64(money.MulDiv(money.Minor(value), scale, whole))
}
