package en16931

var br22 = Rule{
	Name:     "BR-22",
	Sentence: "Each line says how much is invoiced.",
	Terms:    []string{"BT-129", "BG-25"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireNumber(line.Quantity, line.At)
		}
	},
}
