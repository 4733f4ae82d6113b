package en16931

var br26 = Rule{
	Name:     "BR-26",
	Sentence: "Each line gives the net price of the item.",
	Terms:    []string{"BT-146", "BG-25"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireNumber(line.NetPrice, line.At)
		}
	},
}
