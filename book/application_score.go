package book

import (
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/score"
)

// expert is the scorecard that ships with the program, made ready.
var expert = func() *score.Scorer {
	made, err := score.New(score.Expert())
	if err != nil {
		panic("book: " + err.Error())
	}
	return made
}()

// rate scores an application and gives the probability of default that the score means.
func (d *draft) rate(a *credit.Application, made *credit.Assessment) {
	table := expert.Table()
	asked := make([]int64, len(table.Features))
	for i := range table.Features {
		asked[i] = score.Missing
		if f, known := made.Fact(table.Features[i].Name); known {
			asked[i] = rescaled(f.Value, f.Decimals, table.Features[i].Digits)
		}
	}
	made.Units = expert.Score(asked)
	made.Probability = probability(made.Units, &table.Scale)
}

// probability is what a score means on the scale of its table, in millionths.
func probability(units int64, s *score.Scale) money.Rate {
	return credit.Odds{Units: units, Points: s.Points * s.UnitsPerPoint, Odds: min(s.Odds, credit.OddsMax), Double: s.DoubleOdds * s.UnitsPerPoint}.Probability()
}

// rescaled is a figure with other decimals, rounded half away from zero.
func rescaled(value int64, from, to uint8) int64 {
	for ; from < to; from++ {
		value *= 10
	}
	if from == to {
		return value
	}
	divisor := int64(1)
	for ; from > to; from-- {
		divisor *= 10
	}
	if value < 0 {
		return -((-value + divisor/2) / divisor)
	}
	return (value + divisor/2) / divisor
}

// tradeHistory is what the book itself knows of a party's trade in a currency, by name.
func (d *draft) tradeHistory(p id.Party, side credit.Side, currency money.Currency) []credit.Fact {
	return nil
}

// isHistory tells whether there is a rolling fact of that name.
func isHistory(name string) bool { return false }
