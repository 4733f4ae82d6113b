package en16931

var brDEC11 = Rule{
	Name:     "BR-DEC-11",
	Sentence: "The total of charges has at most two digits after the point.",
	Terms:    []string{"BT-108"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireDecimals(n.Totals.Charges)
	},
}
