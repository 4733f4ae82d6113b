package en16931

var br18 = Rule{
	Name:     "BR-18",
	Sentence: "The tax representative of the seller is named.",
	Terms:    []string{"BG-11", "BT-62"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.TaxRepresentative != nil {
			n.require(n.TaxRepresentative.Name, n.TaxRepresentative.At)
		}
	},
}
