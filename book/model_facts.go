package book

import (
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/risk"
	"millrace/domain/score"
)

func init() {
	source := factSource{purposes: []score.Purpose{score.CreditUse}}
	for i := range useFacts {
		source.facts = append(source.facts, useFacts[i].KnownFact)
		useFactOf[useFacts[i].Name] = &useFacts[i]
	}
	factSources = append(factSources, source)
}

// useFact is a fact of one use of credit.
type useFact struct {
	score.KnownFact
	value func(f *risk.Facts) int64 // an amount in minor units
}

func amountFact(name, title string, value func(f *risk.Facts) money.Minor) useFact {
	return useFact{score.KnownFact{Name: name, Unit: unitOfMoney, Title: title, Decimals: amountDecimals}, func(f *risk.Facts) int64 { return int64(value(f)) }}
}

func countFact(name, unit, title string, value func(f *risk.Facts) int64) useFact {
	return useFact{score.KnownFact{Name: name, Unit: unit, Title: title}, value}
}

// A model sees amounts in units of the currency with two decimals, whatever the currency's minor unit.
const (
	unitOfMoney    = "currency"
	amountDecimals = 2
)

var useFactOf = map[string]*useFact{}

var useFacts = []useFact{
	amountFact("use_amount", "amount to be financed", func(f *risk.Facts) money.Minor { return f.Amount }),
	amountFact("use_seller_exposure", "exposure of the seller in the programme, with this use", func(f *risk.Facts) money.Minor { return f.SellerUse }),
	amountFact("use_programme_exposure", "exposure of the programme, with this use", func(f *risk.Facts) money.Minor { return f.ProgrammeUse }),
	countFact("use_tenor", "days", "days to the due date", func(f *risk.Facts) int64 { return int64(f.TenorDays) }),
	countFact("use_buyer_overdue", "financings", "financings of the buyer in the programme that are past due", func(f *risk.Facts) int64 { return int64(f.BuyerOverdue) }),
	countFact("use_buyer_grade", "grade", "grade of the review relied on, from 1 (best) to 10", func(f *risk.Facts) int64 { return int64(f.BuyerGrade) }),
	countFact("use_reverse_trades", "trades", "trades in which the buyer sells to the seller", func(f *risk.Facts) int64 { return int64(f.ReverseTrades) }),
	countFact("use_same_group", "0 or 1", "seller and buyer belong to one group", func(f *risk.Facts) int64 { return int64(f.SameGroup) }),
	countFact("use_differences", "differences", "ways in which more is billed than was ordered or received", func(f *risk.Facts) int64 { return int64(f.Differences) }),
	countFact("use_duplicate_weight", "bits / 100", "evidence that another claim is the same", func(f *risk.Facts) int64 { return f.DuplicateWeight }),
}

// scoreUse asks the champion of the use of credit and its challengers.
func (u *use) scoreUse(d *draft, funder id.Party) []risk.Scored {
	decimals := uint8(u.currency.Digits())
	return d.scored(score.CreditUse, funder, func(name string) (int64, uint8, bool) {
		fact, found := useFactOf[name]
		if !found {
			return 0, 0, false
		}
		if fact.Unit == unitOfMoney {
			return fact.value(&u.facts), decimals, true
		}
		return fact.value(&u.facts), fact.Decimals, true
	})
}
