package book

import (
	"millrace/domain/id"
	"millrace/domain/risk"
	"millrace/domain/rule"
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

// score asks the champion of the use of credit for a funder, and its challengers; funder 0: those for all, while it is not known who lends.
func (u *use) score(d *draft, funder id.Party) []risk.Scored {
	currency := uint8(u.currency.Digits())
	return d.scored(score.CreditUse, funder, func(name string) (int64, uint8, bool) {
		fact := riskFacts[name]
		value, known := fact.Value(&u.facts)
		if fact.Unit == risk.Amount {
			return value, currency, known
		}
		return value, uint8(fact.Unit.Decimals()), known
	})
}

// ownModels tells whether a funder has models for the use of credit.
func (b *Book) ownModels(funder id.Party) bool {
	role := modelRole{score.CreditUse, funder}
	return b.championOf[role] != 0 || len(b.challengersOf[role]) > 0
}

// said is what facts, models, rules and clauses have said of a use, as one funder sees it, or all do.
type said struct {
	facts  risk.Facts
	scored []risk.Scored
	judged []rule.Outcome
	found  []rule.Outcome
	scorer id.Party // whose models were asked; 0: those for all
}

func (u *use) said() said { return said{u.facts, u.scored, u.judged, u.found, u.scorer} }

// unsay brings back what was said before.
func (u *use) unsay(s *said) {
	u.facts, u.scored, u.judged, u.found, u.scorer = s.facts, s.scored, s.judged, s.found, s.scorer
}
