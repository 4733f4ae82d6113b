package en16931

var brCO23 = Rule{
	Name:     "BR-CO-23",
	Sentence: "Each allowance on a line has a reason, in words, by a code, or both.",
	Terms:    []string{"BG-27", "BT-139", "BT-140"},
	Severity: Fatal,
	Remark:   "The same as BR-42, which the norm states twice.",
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireReason(line.Allowances)
		}
	},
}
