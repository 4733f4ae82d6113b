package en16931

var brDEC28 = Rule{
	Name:     "BR-DEC-28",
	Sentence: "The base amount of a charge on a line has at most two digits after the point.",
	Terms:    []string{"BT-142"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			for _, charge := range line.Charges {
				n.requireDecimals(charge.Base)
			}
		}
	},
}
