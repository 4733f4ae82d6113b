package en16931

var br47 = Rule{
	Name:     "BR-47",
	Sentence: "Each part of the VAT breakdown has a VAT category.",
	Terms:    []string{"BT-118", "BG-23"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, breakdown := range n.Breakdowns {
			n.requireCategory(breakdown.Category, breakdown.At)
		}
	},
}
