package en16931

var brDEC14 = Rule{
	Name:     "BR-DEC-14",
	Sentence: "The total with VAT has at most two digits after the point.",
	Terms:    []string{"BT-112"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireDecimals(n.Totals.WithVAT)
	},
}
