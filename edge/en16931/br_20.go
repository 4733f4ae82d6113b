package en16931

var br20 = Rule{
	Name:     "BR-20",
	Sentence: "The postal address of the tax representative says in which country it is.",
	Terms:    []string{"BG-12", "BT-69"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.TaxRepresentative != nil && n.TaxRepresentative.Address != nil {
			n.require(n.TaxRepresentative.Address.Country, n.TaxRepresentative.Address.At)
		}
	},
}
