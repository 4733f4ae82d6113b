package load

import (
	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
)

// SetOffConsent is a party's standing consent to set-off runs from a day on, signed.
func (w *World) SetOffConsent(p id.Party, by *Signatory) *book.GiveSetOffConsent {
	c := &book.GiveSetOffConsent{Party: p, Currency: w.Currency, From: w.Today}
	c.Signatures = []book.Signature{by.Sign(c.Statement())}
	return c
}

// SetOffTerms are those of a run for everybody which holds debts today and can be executed for so many days.
func (w *World) SetOffTerms(days int) clearing.Terms {
	return clearing.Terms{Currency: w.Currency, Rule: clearing.OldestFirst, Freeze: w.Today, Answer: w.Today, Value: w.Today.AddDays(days)}
}
