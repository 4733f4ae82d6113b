package party

// Scope is a part of what an actor may do, to which a key can be narrowed. Whatever its scope, a key may read.
type Scope uint16

// The scopes. A set of scopes is a sum of them; the empty set of a key says that it is not narrowed.
const (
	ScopeRead          Scope = 1 << iota // nothing but reading
	ScopeDocuments                       // bring documents, tables, goods
	ScopeConfirmations                   // confirm, dispute, certificates
	ScopeFinancing                       // ask for quotes, accept, bid, offer, set off
	ScopeMoney                           // pay, allocate, bank accounts, statements
	ScopeCredit                          // applications, reviews, limits, referrals
	ScopeAccess                          // actors, keys, signing keys, mandates
	ScopeSettings                        // everything else: products, programmes, policies, days

	ScopesAll Scope = 1<<iota - 1 // every scope there is
)

// ScopeNames are the names used in API and console, in the order of the bits.
var ScopeNames = [...]string{"read", "documents", "confirmations", "financing", "money", "credit", "access", "settings"}

// Names lists the scopes in the set.
func (s Scope) Names() []string {
	var names []string
	for i, name := range ScopeNames {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// ParseScope reads one scope's name; 0 for an unknown one.
func ParseScope(name string) Scope {
	for i, n := range ScopeNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}
