package en16931

var brDEC23 = Rule{
	Name:     "BR-DEC-23",
	Sentence: "The net amount of a line has at most two digits after the point.",
	Terms:    []string{"BT-131"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireDecimals(line.Net)
		}
	},
}
