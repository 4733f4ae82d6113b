package en16931

var br43 = Rule{
	Name:     "BR-43",
	Sentence: "Each charge on a line has an amount.",
	Terms:    []string{"BT-141", "BG-28"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			for _, charge := range line.Charges {
				n.requireNumber(charge.Amount, charge.At)
			}
		}
	},
}
