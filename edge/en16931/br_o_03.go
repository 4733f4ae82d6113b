package en16931

var brO03 = Rule{
	Name:     "BR-O-03",
	Sentence: "Where an allowance on the document is not subject to VAT, the invoice holds no VAT identifier of seller, tax representative or buyer.",
	Terms:    []string{"BT-95", "BT-31", "BT-63", "BT-48"},
	Severity: Fatal,
	check:    allowancesIdentify(outsideScope, nobodyVAT),
}
