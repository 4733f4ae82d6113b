package en16931

var br14 = Rule{
	Name:     "BR-14",
	Sentence: "The invoice gives its total with VAT.",
	Terms:    []string{"BT-112"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireNumber(n.Totals.WithVAT, n.At.or(n.Totals.At))
	},
}
