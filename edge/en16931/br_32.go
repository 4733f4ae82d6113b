package en16931

var br32 = Rule{
	Name:     "BR-32",
	Sentence: "Each allowance on the document has a VAT category.",
	Terms:    []string{"BT-95", "BG-20"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, allowance := range n.Allowances {
			n.requireCategory(allowance.Category, allowance.At)
		}
	},
}
