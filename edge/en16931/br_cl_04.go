package en16931

var brCL04 = Rule{
	Name:     "BR-CL-04",
	Sentence: "The currency of the invoice is a code of ISO 4217.",
	Terms:    []string{"BT-5"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireCurrency(n.Currency)
	},
}
