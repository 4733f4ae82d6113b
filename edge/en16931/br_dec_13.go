package en16931

var brDEC13 = Rule{
	Name:     "BR-DEC-13",
	Sentence: "The VAT total has at most two digits after the point.",
	Terms:    []string{"BT-110"},
	Severity: Fatal,
	check: func(n *inspection) {
		total, _ := n.VATTotal()
		n.requireDecimals(total)
	},
}
