package en16931

var br13 = Rule{
	Name:     "BR-13",
	Sentence: "The invoice gives its total without VAT.",
	Terms:    []string{"BT-109"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireNumber(n.Totals.WithoutVAT, n.At.or(n.Totals.At))
	},
}
