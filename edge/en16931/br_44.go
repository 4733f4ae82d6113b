package en16931

var br44 = Rule{
	Name:     "BR-44",
	Sentence: "Each charge on a line says what it is for, in words or by a code.",
	Terms:    []string{"BG-28", "BT-144", "BT-145"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireReason(line.Charges)
		}
	},
}
