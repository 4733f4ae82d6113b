package intake

import (
	"cmp"
	"slices"

	"millrace/domain/party"
)

// Person is a natural person who owns, controls or directs a party: it stays in the vault.
type Person struct {
	Name        string       `json:"name"`
	Born        string       `json:"born,omitempty"`      // "1965-02-03", or as far as it is known
	Countries   []string     `json:"countries,omitempty"` // of citizenship and residence, ISO 3166-1 alpha-2
	Identifiers []Identifier `json:"identifiers,omitempty"`
}

// PersonToken is the token of a natural person: its first identifier by scheme and value, else its name with its birth. The same person
// has the same token wherever it is named alike.
func (n *Intake) PersonToken(p Person) party.Token {
	if len(p.Identifiers) > 0 {
		first := slices.MinFunc(p.Identifiers, func(a, b Identifier) int {
			return cmp.Or(cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Value, b.Value))
		})
		return party.Token(n.vault.Token("person", canonicalScheme(first.Scheme), compact(first.Value)))
	}
	return party.Token(n.vault.Token("person", "name", compact(p.Name), p.Born))
}

// ScreeningToken stands for what a list or a profile says: another token where it has changed.
func (n *Intake) ScreeningToken(of string, parts ...string) [16]byte {
	return n.vault.Token("screening "+of, parts...)
}
