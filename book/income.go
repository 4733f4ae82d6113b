package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/servicing"
)

// Reckoner tells what financings have earned, from the records on which that rests.
type Reckoner struct{ b *Book }

// NewReckoner takes all products, programmes, fixings and facts, each in the order of their numbers from 1.
func NewReckoner(products []product.Product, programmes []funding.Programme, fixings []Fixing, facts []FinancingFact) *Reckoner {
	b := New(1)
	for i := range products {
		b.products.add(uint64(i)+1, products[i])
	}
	for i := range programmes {
		b.programmes.add(uint64(i)+1, programmes[i])
	}
	for i := range fixings {
		b.fixings.add(uint64(i)+1, fixings[i])
		b.indexFixing(b.fixings.at(uint64(i) + 1))
	}
	for i := range facts {
		b.facts.add(uint64(i)+1, facts[i])
	}
	return &Reckoner{b}
}

// Income is what a financing has brought its funder up to a day, from its beginning. Lost is what was written off, less what came in on it.
type Income struct {
	Discount, Interest, Late, Lost money.Minor
}

// IncomeOn reckons the income of a financing that was paid out.
func (r *Reckoner) IncomeOn(f *funding.Financing, on calendar.Date) Income {
	terms := r.b.terms(f)
	p := servicing.Run(&terms, r.b.history(nil, f)).At(&terms, max(on, f.Value))
	written := money.Minor(0)
	for _, line := range [...]servicing.Line{servicing.LineWrittenPrincipal, servicing.LineWrittenInterest, servicing.LineWrittenLate} {
		written = money.Add(written, p.Totals[line])
	}
	for _, tier := range [...]servicing.Tier{servicing.TierWrittenPrincipal, servicing.TierWrittenInterest, servicing.TierWrittenLate} {
		written = money.Sub(written, p.Collected(tier))
	}
	return Income{
		Discount: money.Add(f.TakenEarned, p.Totals[servicing.LineDiscountEarned]), Interest: p.Totals[servicing.LineInterest],
		Late: p.Totals[servicing.LineLate], Lost: written,
	}
}
