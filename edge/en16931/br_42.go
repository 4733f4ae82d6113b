package en16931

var br42 = Rule{
	Name:     "BR-42",
	Sentence: "Each allowance on a line says why it is granted, in words or by a code.",
	Terms:    []string{"BG-27", "BT-139", "BT-140"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireReason(line.Allowances)
		}
	},
}
