package en16931

var brCO24 = Rule{
	Name:     "BR-CO-24",
	Sentence: "Each charge on a line has a reason, in words, by a code, or both.",
	Terms:    []string{"BG-28", "BT-144", "BT-145"},
	Severity: Fatal,
	Remark:   "The same as BR-44, which the norm states twice.",
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireReason(line.Charges)
		}
	},
}
