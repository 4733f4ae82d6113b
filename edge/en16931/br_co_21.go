package en16931

var brCO21 = Rule{
	Name:     "BR-CO-21",
	Sentence: "Each allowance on the document has a reason, in words, by a code, or both.",
	Terms:    []string{"BG-20", "BT-97", "BT-98"},
	Severity: Fatal,
	Remark:   "The same as BR-33, which the norm states twice.",
	check: func(n *inspection) {
		n.requireReason(n.Allowances)
	},
}
