package en16931

var brDEC01 = Rule{
	Name:     "BR-DEC-01",
	Sentence: "The amount of an allowance on the document has at most two digits after the point.",
	Terms:    []string{"BT-92"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, allowance := range n.Allowances {
			n.requireDecimals(allowance.Amount)
		}
	},
}
