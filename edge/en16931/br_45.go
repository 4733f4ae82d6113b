package en16931

var br45 = Rule{
	Name:     "BR-45",
	Sentence: "Each part of the VAT breakdown has a taxable amount.",
	Terms:    []string{"BT-116", "BG-23"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, breakdown := range n.Breakdowns {
			n.requireNumber(breakdown.Taxable, breakdown.At)
		}
	},
}
