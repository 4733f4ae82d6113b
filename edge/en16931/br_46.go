package en16931

var br46 = Rule{
	Name:     "BR-46",
	Sentence: "Each part of the VAT breakdown has a tax amount.",
	Terms:    []string{"BT-117", "BG-23"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, breakdown := range n.Breakdowns {
			n.requireNumber(breakdown.Tax, breakdown.At)
		}
	},
}
