package en16931

var br29 = Rule{
	Name:     "BR-29",
	Sentence: "The invoicing period does not end before it starts.",
	Terms:    []string{"BT-73", "BT-74", "BG-14"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireOrder(n.Period)
	},
}
