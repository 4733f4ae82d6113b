package en16931

var brCO03 = Rule{
	Name:     "BR-CO-03",
	Sentence: "The date on which VAT falls due is given as a day or by a code, not both.",
	Terms:    []string{"BT-7", "BT-8"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.TaxPointDate.Given() && n.TaxPointDateCode.Given() {
			n.found(n.TaxPointDate.At, Value{"BT-7", n.TaxPointDate.Value}, Value{"BT-8", n.TaxPointDateCode.Value})
		}
	},
}
