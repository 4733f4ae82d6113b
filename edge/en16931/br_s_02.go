package en16931

var brS02 = Rule{
	Name:     "BR-S-02",
	Sentence: "Where a line is standard rated, the invoice holds a VAT identifier or tax registration of the seller or a VAT identifier of its tax representative.",
	Terms:    []string{"BT-151", "BT-31", "BT-32", "BT-63"},
	Severity: Fatal,
	check:    linesIdentify(standardRated, sellerTaxed),
}
