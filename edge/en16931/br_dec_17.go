package en16931

var brDEC17 = Rule{
	Name:     "BR-DEC-17",
	Sentence: "The rounding of the amount due has at most two digits after the point.",
	Terms:    []string{"BT-114"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireDecimals(n.Totals.Rounding)
	},
}
