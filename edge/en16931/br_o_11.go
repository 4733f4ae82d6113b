package en16931

var brO11 = Rule{
	Name:     "BR-O-11",
	Sentence: "A VAT breakdown with what is not subject to VAT has no other part.",
	Terms:    []string{"BG-23", "BT-118"},
	Severity: Fatal,
	check: func(n *inspection) {
		if len(n.breakdowns(outsideScope)) == 0 {
			return
		}
		for _, breakdown := range n.Breakdowns {
			if breakdown.Category.VAT() && !breakdown.Category.Is(outsideScope) {
				n.found(breakdown.At, Value{"BT-118", breakdown.Category.Code.Value})
			}
		}
	},
}
