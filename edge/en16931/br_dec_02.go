package en16931

var brDEC02 = Rule{
	Name:     "BR-DEC-02",
	Sentence: "The base amount of an allowance on the document has at most two digits after the point.",
	Terms:    []string{"BT-93"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, allowance := range n.Allowances {
			n.requireDecimals(allowance.Base)
		}
	},
}
