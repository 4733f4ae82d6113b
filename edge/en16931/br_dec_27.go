package en16931

var brDEC27 = Rule{
	Name:     "BR-DEC-27",
	Sentence: "The amount of a charge on a line has at most two digits after the point.",
	Terms:    []string{"BT-141"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			for _, charge := range line.Charges {
				n.requireDecimals(charge.Amount)
			}
		}
	},
}
