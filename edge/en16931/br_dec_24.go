package en16931

var brDEC24 = Rule{
	Name:     "BR-DEC-24",
	Sentence: "The amount of an allowance on a line has at most two digits after the point.",
	Terms:    []string{"BT-136"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			for _, allowance := range line.Allowances {
				n.requireDecimals(allowance.Amount)
			}
		}
	},
}
