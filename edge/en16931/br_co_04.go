package en16931

var brCO04 = Rule{
	Name:     "BR-CO-04",
	Sentence: "Each line has a VAT category.",
	Terms:    []string{"BT-151", "BG-25"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireCategory(line.Category, line.At)
		}
	},
}
