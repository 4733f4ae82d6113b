package load

import (
	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
)

// Authority is a funder's signed standing authority; the funder has been enrolled.
func (w *World) Authority(funder id.Party, terms funding.AuthorityTerms) *book.GiveAuthority {
	terms.Funder, terms.Currency = funder, w.Currency
	c := &book.GiveAuthority{Terms: terms}
	c.Signatures = []book.Signature{w.signer(funder).Sign(c.Statement())}
	return c
}
