package en16931

var br15 = Rule{
	Name:     "BR-15",
	Sentence: "The invoice gives the amount that is due for payment.",
	Terms:    []string{"BT-115"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireNumber(n.Totals.Due, n.At.or(n.Totals.At))
	},
}
