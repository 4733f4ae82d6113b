package en16931

var brDEC20 = Rule{
	Name:     "BR-DEC-20",
	Sentence: "The tax amount of a part of the VAT breakdown has at most two digits after the point.",
	Terms:    []string{"BT-117"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, breakdown := range n.Breakdowns {
			n.requireDecimals(breakdown.Tax)
		}
	},
}
