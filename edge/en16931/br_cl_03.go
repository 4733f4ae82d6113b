package en16931

var brCL03 = Rule{
	Name:     "BR-CL-03",
	Sentence: "The currency of each amount is a code of ISO 4217.",
	Terms:    []string{"BT-5"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, currency := range n.AmountCurrencies {
			n.requireCurrency(currency)
		}
	},
}
