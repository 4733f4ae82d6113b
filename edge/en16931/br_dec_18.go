package en16931

var brDEC18 = Rule{
	Name:     "BR-DEC-18",
	Sentence: "The amount due has at most two digits after the point.",
	Terms:    []string{"BT-115"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireDecimals(n.Totals.Due)
	},
}
