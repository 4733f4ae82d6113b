package en16931

import "slices"

var br53 = Rule{
	Name:     "BR-53",
	Sentence: "Where the seller accounts for VAT in a currency of its own, the VAT total is also given in that currency.",
	Terms:    []string{"BT-6", "BT-111"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.VATCurrency.Given() && !slices.ContainsFunc(n.VATTotals, func(total Number) bool { return total.Currency == n.VATCurrency.Value }) {
			n.found(n.VATCurrency.At, Value{"BT-6", n.VATCurrency.Value})
		}
	},
}
