package en16931

var br24 = Rule{
	Name:     "BR-24",
	Sentence: "Each line has a net amount.",
	Terms:    []string{"BT-131", "BG-25"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireNumber(line.Net, line.At)
		}
	},
}
