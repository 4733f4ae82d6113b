package en16931

var br31 = Rule{
	Name:     "BR-31",
	Sentence: "Each allowance on the document has an amount.",
	Terms:    []string{"BT-92", "BG-20"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, allowance := range n.Allowances {
			n.requireNumber(allowance.Amount, allowance.At)
		}
	},
}
