package en16931

var br19 = Rule{
	Name:     "BR-19",
	Sentence: "The tax representative of the seller has a postal address.",
	Terms:    []string{"BG-11", "BG-12"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.TaxRepresentative != nil && n.TaxRepresentative.Address == nil {
			n.found(n.TaxRepresentative.At)
		}
	},
}
