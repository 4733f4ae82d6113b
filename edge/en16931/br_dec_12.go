package en16931

var brDEC12 = Rule{
	Name:     "BR-DEC-12",
	Sentence: "The total without VAT has at most two digits after the point.",
	Terms:    []string{"BT-109"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireDecimals(n.Totals.WithoutVAT)
	},
}
