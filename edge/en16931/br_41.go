package en16931

var br41 = Rule{
	Name:     "BR-41",
	Sentence: "Each allowance on a line has an amount.",
	Terms:    []string{"BT-136", "BG-27"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			for _, allowance := range line.Allowances {
				n.requireNumber(allowance.Amount, allowance.At)
			}
		}
	},
}
