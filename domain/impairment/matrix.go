package impairment

import (
	"millrace/domain/money"
)

// Bucket is a column of a provision matrix: trade receivables past due from a number of days on, to where the next begins.
// The first begins at 0 and holds what is not past due as well.
type Bucket struct {
	FromDays int32        `cbor:"1,keyasint"`
	Rates    []money.Rate `cbor:"2,keyasint"` // loss to be expected over the lifetime, in each scenario
}

// Matrix is the simplified approach for trade receivables without a significant financing component (IFRS 9, 5.5.15, B5.5.35).
type Matrix struct {
	Weights []money.Rate `cbor:"1,keyasint"` // of the scenarios, 100 % together
	Buckets []Bucket     `cbor:"2,keyasint"` // by rising days
}

// Defects gives what is wrong with a matrix; none for one that can be used.
func (m *Matrix) Defects() []string {
	var defects []string
	check := func(holds bool, what string) {
		if !holds {
			defects = append(defects, what)
		}
	}
	total := money.Rate(0)
	for _, w := range m.Weights {
		check(isShare(w), "weights are between 0 and 100 %")
		total += w
	}
	check(total == money.RateOne, "weights are 100 % together")
	check(len(m.Buckets) > 0 && m.Buckets[0].FromDays == 0, "the first bucket begins at 0 days")
	for i, b := range m.Buckets {
		check(i == 0 || b.FromDays > m.Buckets[i-1].FromDays, "buckets rise by days")
		check(len(b.Rates) == len(m.Weights), "each scenario has a rate")
		for _, r := range b.Rates {
			check(isShare(r), "rates are between 0 and 100 %")
		}
	}
	return defects
}

// BucketOf is the place of the bucket for days past due; those below 0 are in the first.
func (m *Matrix) BucketOf(daysPastDue int32) int {
	place := 0
	for i := range m.Buckets {
		if daysPastDue >= m.Buckets[i].FromDays {
			place = i
		}
	}
	return place
}

// Debt is a trade receivable.
type Debt struct {
	Amount      money.Minor `cbor:"1,keyasint"` // outstanding; 0 or more
	DaysPastDue int32       `cbor:"2,keyasint"`
}

// MatrixRow is what one bucket comes to.
type MatrixRow struct {
	FromDays  int32       `cbor:"1,keyasint"`
	Amount    money.Minor `cbor:"2,keyasint"`
	Rate      money.Rate  `cbor:"3,keyasint"` // weighted, rounded half up: for showing
	Provision money.Minor `cbor:"4,keyasint"` // from the weighted rate before that rounding, rounded half up
}

// Provision puts debts into buckets and gives a row for each, and the sum of the provisions: the table adds up by hand.
func (m *Matrix) Provision(debts []Debt) ([]MatrixRow, money.Minor) {
	rows := make([]MatrixRow, len(m.Buckets))
	for i := range debts {
		row := &rows[m.BucketOf(debts[i].DaysPastDue)]
		row.Amount = money.Add(row.Amount, debts[i].Amount)
	}
	total := money.Minor(0)
	for i := range rows {
		row := &rows[i]
		weighted := uint64(0) // rate * weight: at most 10^12
		for s, rate := range m.Buckets[i].Rates {
			weighted += uint64(rate) * uint64(m.Weights[s])
		}
		row.FromDays = m.Buckets[i].FromDays
		row.Rate = money.Rate((weighted + uint64(money.RateOne)/2) / uint64(money.RateOne))
		exact := wide{uint64(row.Amount)}
		exact.multiply(weighted)
		exact.discount(One)
		row.Provision = exact.whole(2)
		total = money.Add(total, row.Provision)
	}
	return rows, total
}
