package en16931

var brDEC05 = Rule{
	Name:     "BR-DEC-05",
	Sentence: "The amount of a charge on the document has at most two digits after the point.",
	Terms:    []string{"BT-99"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, charge := range n.Charges {
			n.requireDecimals(charge.Amount)
		}
	},
}
