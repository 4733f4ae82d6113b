package view

import (
	"fmt"
	"math/bits"

	"millrace/domain/clearing"
	"millrace/domain/funding"
	"millrace/domain/money"
	"millrace/edge/setoff"
)

// SetOffCashTerms say that a run may put in cash of funders.
type SetOffCashTerms struct {
	Programme string `json:"programme" doc:"that lends it"`
	Most      Amount `json:"most" doc:"of all that is lent"`
}

// SetOffCash is what a run comes to by cash.
type SetOffCash struct {
	Used    Amount `json:"used" doc:"put in by what is proposed or executed, and taken out by net creditors"`
	PerUnit string `json:"per_unit" doc:"debt that is cleared for each unit of cash, circles included; empty where none is used"`
	Next    int64  `json:"next" doc:"debt that one more unit of cash would clear, by the certificate; 0 where all that is lent was not needed"`
	Rate    string `json:"rate,omitempty" doc:"interest a year in percent, the average over its loans"`
	Loans   int    `json:"loans" doc:"that are drawn, or stand ready"`
}

func (s *showing) setOffCashTerms(t *clearing.Terms) *SetOffCashTerms {
	if t.Cash.Programme == 0 {
		return nil
	}
	return &SetOffCashTerms{Programme: t.Cash.Programme.String(), Most: AmountOf(t.Cash.Most, t.Currency)}
}

// setOffCash is what cash a run uses, and at which price; nil for a run without.
func (s *showing) setOffCash(r *clearing.Run) *SetOffCash {
	if r.Terms.Cash.Programme == 0 {
		return nil
	}
	used, told := money.Minor(0), &SetOffCash{}
	if setoff.Published(r) {
		used, told.Next = r.Cash, r.Price
		told.PerUnit = ratioText(r.Cleared, r.Cash)
	}
	told.Used = AmountOf(used, r.Terms.Currency)
	var weight, rates money.Minor
	s.note(rows(s.View, "SELECT f.number, f.record FROM set_off_member m JOIN financing f ON f.number = m.financing WHERE m.run = ?", []any{int64(r.ID)}, func(_ uint64, f *funding.Financing) error {
		if f.State != funding.Cancelled {
			told.Loans++
			weight, rates = weight+1, rates+money.Minor(f.Rate)
		}
		return nil
	}))
	if weight > 0 {
		told.Rate = Percent(money.Rate(rates / weight))
	}
	return told
}

// saved is what of the cleared debt took no cash.
func (c *SetOffCash) saved(r *clearing.Run, cleared money.Minor) money.Minor {
	if c == nil || !setoff.Published(r) {
		return cleared
	}
	return money.Sub(cleared, r.Cash)
}

// ratioText is whole for each part with two digits, rounded down; "" where there is no part.
func ratioText(whole, part money.Minor) string {
	if part <= 0 {
		return ""
	}
	high, low := bits.Mul64(uint64(whole), 100)
	if high >= uint64(part) {
		return ""
	}
	hundredths, _ := bits.Div64(high, low, uint64(part))
	return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
}

// cashText says in a sentence that a run may put in cash.
func (s *showing) cashText(t *clearing.Terms) string {
	if t.Cash.Programme == 0 {
		return ""
	}
	return fmt.Sprintf(" Programme %s lends up to %s of cash in it.", t.Cash.Programme, AmountOf(t.Cash.Most, t.Currency))
}
