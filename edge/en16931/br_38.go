package en16931

var br38 = Rule{
	Name:     "BR-38",
	Sentence: "Each charge on the document says what it is for, in words or by a code.",
	Terms:    []string{"BG-21", "BT-104", "BT-105"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireReason(n.Charges)
	},
}
