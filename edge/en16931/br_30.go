package en16931

var br30 = Rule{
	Name:     "BR-30",
	Sentence: "The period of a line does not end before it starts.",
	Terms:    []string{"BT-134", "BT-135", "BG-26"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireOrder(line.Period)
		}
	},
}
