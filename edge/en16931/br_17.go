package en16931

import "slices"

var br17 = Rule{
	Name:     "BR-17",
	Sentence: "A payee who is not the seller is named.",
	Terms:    []string{"BG-10", "BG-4", "BT-59"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Payee == nil || n.Payee.Name.Given() {
			return
		}
		if n.Seller != nil {
			for _, identifier := range n.Payee.Identifiers {
				if identifier.Given() && slices.ContainsFunc(n.Seller.Identifiers, func(s Identifier) bool { return s.Value == identifier.Value }) {
					return
				}
			}
		}
		n.found(n.Payee.At)
	},
}
