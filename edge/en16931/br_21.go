package en16931

var br21 = Rule{
	Name:     "BR-21",
	Sentence: "Each line has an identifier.",
	Terms:    []string{"BT-126", "BG-25"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.require(line.ID, line.At)
		}
	},
}
