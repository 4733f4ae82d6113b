package en16931

var brDEC19 = Rule{
	Name:     "BR-DEC-19",
	Sentence: "The taxable amount of a part of the VAT breakdown has at most two digits after the point.",
	Terms:    []string{"BT-116"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, breakdown := range n.Breakdowns {
			n.requireDecimals(breakdown.Taxable)
		}
	},
}
