package en16931

var br37 = Rule{
	Name:     "BR-37",
	Sentence: "Each charge on the document has a VAT category.",
	Terms:    []string{"BT-102", "BG-21"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, charge := range n.Charges {
			n.requireCategory(charge.Category, charge.At)
		}
	},
}
