package en16931

var br56 = Rule{
	Name:     "BR-56",
	Sentence: "The tax representative of the seller has a VAT identifier.",
	Terms:    []string{"BT-63", "BG-11"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.TaxRepresentative != nil {
			n.require(n.TaxRepresentative.VATIdentifier, n.TaxRepresentative.At)
		}
	},
}
