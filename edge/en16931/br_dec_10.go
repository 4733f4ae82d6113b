package en16931

var brDEC10 = Rule{
	Name:     "BR-DEC-10",
	Sentence: "The total of allowances has at most two digits after the point.",
	Terms:    []string{"BT-107"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireDecimals(n.Totals.Allowances)
	},
}
