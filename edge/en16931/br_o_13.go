package en16931

var brO13 = Rule{
	Name:     "BR-O-13",
	Sentence: "Where the VAT breakdown has what is not subject to VAT, no allowance on the document has another category.",
	Terms:    []string{"BG-20", "BT-118", "BT-95"},
	Severity: Fatal,
	check: func(n *inspection) {
		if len(n.breakdowns(outsideScope)) == 0 {
			return
		}
		for _, allowance := range n.Allowances {
			if allowance.Category.VAT() && !allowance.Category.Is(outsideScope) {
				n.found(allowance.At, Value{"BT-95", allowance.Category.Code.Value})
			}
		}
	},
}
