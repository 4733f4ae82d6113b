package en16931

var brDEC09 = Rule{
	Name:     "BR-DEC-09",
	Sentence: "The sum of the lines has at most two digits after the point.",
	Terms:    []string{"BT-106"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireDecimals(n.Totals.Lines)
	},
}
