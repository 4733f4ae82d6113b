package en16931

var brS04 = Rule{
	Name:     "BR-S-04",
	Sentence: "Where a charge on the document is standard rated, the invoice holds a VAT identifier or tax registration of the seller or a VAT identifier of its tax representative.",
	Terms:    []string{"BT-102", "BT-31", "BT-32", "BT-63"},
	Severity: Fatal,
	check:    chargesIdentify(standardRated, sellerTaxed),
}
