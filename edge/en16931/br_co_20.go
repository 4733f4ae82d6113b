package en16931

var brCO20 = Rule{
	Name:     "BR-CO-20",
	Sentence: "The period of a line has a first day, a last day, or both.",
	Terms:    []string{"BG-26", "BT-134", "BT-135"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireBound(line.Period)
		}
	},
}
