package en16931

var brDEC16 = Rule{
	Name:     "BR-DEC-16",
	Sentence: "The amount paid before has at most two digits after the point.",
	Terms:    []string{"BT-113"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireDecimals(n.Totals.Paid)
	},
}
