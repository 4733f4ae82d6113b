package en16931

var br48 = Rule{
	Name:     "BR-48",
	Sentence: "Each part of the VAT breakdown has a rate, unless it is not subject to VAT.",
	Terms:    []string{"BT-119", "BG-23"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, breakdown := range n.Breakdowns {
			if !breakdown.Category.Is(outsideScope) {
				n.requireNumber(breakdown.Category.Rate, breakdown.At)
			}
		}
	},
}
