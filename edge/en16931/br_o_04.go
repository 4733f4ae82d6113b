package en16931

var brO04 = Rule{
	Name:     "BR-O-04",
	Sentence: "Where a charge on the document is not subject to VAT, the invoice holds no VAT identifier of seller, tax representative or buyer.",
	Terms:    []string{"BT-102", "BT-31", "BT-63", "BT-48"},
	Severity: Fatal,
	check:    chargesIdentify(outsideScope, nobodyVAT),
}
