package en16931

var br23 = Rule{
	Name:     "BR-23",
	Sentence: "Each line gives the unit in which its quantity is measured.",
	Terms:    []string{"BT-130", "BG-25"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.require(line.Unit, line.At)
		}
	},
}
