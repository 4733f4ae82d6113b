package en16931

var brDEC06 = Rule{
	Name:     "BR-DEC-06",
	Sentence: "The base amount of a charge on the document has at most two digits after the point.",
	Terms:    []string{"BT-100"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, charge := range n.Charges {
			n.requireDecimals(charge.Base)
		}
	},
}
