package en16931

var brDEC25 = Rule{
	Name:     "BR-DEC-25",
	Sentence: "The base amount of an allowance on a line has at most two digits after the point.",
	Terms:    []string{"BT-137"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			for _, allowance := range line.Allowances {
				n.requireDecimals(allowance.Base)
			}
		}
	},
}
