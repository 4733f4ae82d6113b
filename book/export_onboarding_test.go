package book

import (
	"millrace/domain/id"
	"millrace/domain/onboarding"
)

// OwnersOf and IdentityFacts are what risk control is told of a party.
func OwnersOf(b *Book, p id.Party) []onboarding.Owner { return (&draft{Book: b}).ownersOf(p) }
func IdentityFacts(b *Book, p id.Party) onboarding.Facts {
	return (&draft{Book: b}).identityFacts(p)
}
