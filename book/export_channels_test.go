package book

import (
	"millrace/domain/id"
	"millrace/domain/trade"
)

// IdentityOf is the identity of a document between the parties that its tokens name.
func IdentityOf(b *Book, c *RecordDocument) [16]byte {
	of := func(tokens []trade.Token) id.Party { return b.partyOf[[16]byte(tokens[0])] }
	return identity(of(c.Document.Seller), of(c.Document.Buyer), c.Number)
}
