package en16931

var brO14 = Rule{
	Name:     "BR-O-14",
	Sentence: "Where the VAT breakdown has what is not subject to VAT, no charge on the document has another category.",
	Terms:    []string{"BG-21", "BT-118", "BT-102"},
	Severity: Fatal,
	check: func(n *inspection) {
		if len(n.breakdowns(outsideScope)) == 0 {
			return
		}
		for _, charge := range n.Charges {
			if charge.Category.VAT() && !charge.Category.Is(outsideScope) {
				n.found(charge.At, Value{"BT-102", charge.Category.Code.Value})
			}
		}
	},
}
