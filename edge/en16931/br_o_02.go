package en16931

var brO02 = Rule{
	Name:     "BR-O-02",
	Sentence: "Where a line is not subject to VAT, the invoice holds no VAT identifier of seller, tax representative or buyer.",
	Terms:    []string{"BT-151", "BT-31", "BT-63", "BT-48"},
	Severity: Fatal,
	check:    linesIdentify(outsideScope, nobodyVAT),
}
