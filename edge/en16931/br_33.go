package en16931

var br33 = Rule{
	Name:     "BR-33",
	Sentence: "Each allowance on the document says why it is granted, in words or by a code.",
	Terms:    []string{"BG-20", "BT-97", "BT-98"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireReason(n.Allowances)
	},
}
