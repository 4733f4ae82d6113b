package en16931

var brCL05 = Rule{
	Name:     "BR-CL-05",
	Sentence: "The currency in which VAT is accounted for is a code of ISO 4217.",
	Terms:    []string{"BT-6"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireCurrency(n.VATCurrency)
	},
}
