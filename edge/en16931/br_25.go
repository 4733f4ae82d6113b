package en16931

var br25 = Rule{
	Name:     "BR-25",
	Sentence: "Each line names the item.",
	Terms:    []string{"BT-153", "BG-25"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.require(line.Name, line.At)
		}
	},
}
