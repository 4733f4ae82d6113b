package en16931

var brS03 = Rule{
	Name:     "BR-S-03",
	Sentence: "Where an allowance on the document is standard rated, the invoice holds a VAT identifier or tax registration of the seller or a VAT identifier of its tax representative.",
	Terms:    []string{"BT-95", "BT-31", "BT-32", "BT-63"},
	Severity: Fatal,
	check:    allowancesIdentify(standardRated, sellerTaxed),
}
