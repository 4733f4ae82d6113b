package en16931

var brCO19 = Rule{
	Name:     "BR-CO-19",
	Sentence: "An invoicing period has a first day, a last day, or both.",
	Terms:    []string{"BG-14", "BT-73", "BT-74"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireBound(n.Period)
	},
}
