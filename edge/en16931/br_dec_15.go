package en16931

var brDEC15 = Rule{
	Name:     "BR-DEC-15",
	Sentence: "The VAT total in the currency of accounting has at most two digits after the point.",
	Terms:    []string{"BT-111"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, total := range n.AccountingVATTotals() {
			n.requireDecimals(total)
		}
	},
}
