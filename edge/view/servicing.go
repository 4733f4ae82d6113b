package view

import (
	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/servicing"
	"millrace/edge/locale"
)

// currencyOf is the currency of a financing; 0 for one that is not there.
func (s *showing) currencyOf(financing id.Financing) money.Currency {
	currency := money.Currency(0)
	s.note(rows(s.View, "SELECT number, record FROM financing WHERE number = ?", []any{int64(financing.Number())}, func(_ uint64, f *funding.Financing) error {
		currency = f.Currency
		return nil
	}))
	return currency
}

// collected says how money was shared out.
func (s *showing) collected(financing id.Financing, split *product.Split) *locale.Text {
	currency := s.currencyOf(financing)
	shared := locale.Say("A collection was shared out: principal %s", AmountOf(split.Principal, currency))
	if split.Interest != 0 {
		shared.And(", interest %s", AmountOf(split.Interest, currency))
	}
	if split.LateInterest != 0 {
		shared.And(", late interest %s", AmountOf(split.LateInterest, currency))
	}
	if split.Seller != 0 {
		shared.And(", to the seller %s", AmountOf(split.Seller, currency))
	}
	shared.And(".")
	if split.Insurer != 0 {
		shared.And(" %s is the credit insurer's.", AmountOf(split.Insurer, currency))
	}
	return shared
}

// accrued says how many financings have earned by time.
func accrued(e *book.InterestAccrued) *locale.Text {
	count := uint32(0)
	for _, a := range e.Accruals {
		count += a.Financings
	}
	return locale.Say("What %d financings have earned up to %s was posted.", count, e.On)
}

// serviced says what a dated fact has done to a financing.
func (s *showing) serviced(e *book.FinancingServiced) *locale.Text {
	switch e.Fact.Kind {
	case servicing.Received:
		return s.collected(e.Financing, &e.Split)
	case servicing.Reversed:
		currency := s.currencyOf(e.Financing)
		return locale.Say("A bank took a collection back, value %s: principal %s, interest %s and late interest %s are taken back from it.", e.Fact.Value,
			AmountOf(-e.Split.Principal, currency), AmountOf(-e.Split.Interest, currency), AmountOf(-e.Split.LateInterest, currency))
	}
	return s.lived(e)
}
