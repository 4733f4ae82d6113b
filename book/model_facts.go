package book

import (
	"millrace/domain/risk"
	"millrace/domain/score"
)

// amountDecimals is what FactsKnown says of amounts, which models see in units of the currency, whatever its minor unit is.
const amountDecimals = 2

// riskFacts are the facts of a use of credit by name.
var riskFacts = map[string]*risk.Fact{}

func init() {
	source := factSource{purposes: []score.Purpose{score.CreditUse}}
	for i := range risk.Listed {
		f := &risk.Listed[i]
		if f.Unit == risk.Code || f.Unit == risk.OnDate { // numbers of which neither more nor less says anything
			continue
		}
		known := score.KnownFact{Name: f.Name, Unit: string(f.Unit), Title: f.Title, Decimals: uint8(f.Unit.Decimals())}
		if f.Unit == risk.Amount {
			known.Decimals = amountDecimals
		}
		source.facts = append(source.facts, known)
		riskFacts[f.Name] = f
	}
	factSources = append(factSources, source)
}

// score asks the champion of the use of credit, and its challengers. Which funder takes the use is not known yet, so it is the champion for
// all.
func (u *use) score(d *draft) []risk.Scored {
	currency := uint8(u.currency.Digits())
	return d.scored(score.CreditUse, 0, func(name string) (int64, uint8, bool) {
		fact := riskFacts[name]
		value, known := fact.Value(&u.facts)
		if fact.Unit == risk.Amount {
			return value, currency, known
		}
		return value, uint8(fact.Unit.Decimals()), known
	})
}
