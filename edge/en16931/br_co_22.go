package en16931

var brCO22 = Rule{
	Name:     "BR-CO-22",
	Sentence: "Each charge on the document has a reason, in words, by a code, or both.",
	Terms:    []string{"BG-21", "BT-104", "BT-105"},
	Severity: Fatal,
	Remark:   "The same as BR-38, which the norm states twice.",
	check: func(n *inspection) {
		n.requireReason(n.Charges)
	},
}
