package en16931

var brAF03 = Rule{
	Name:     "BR-AF-03",
	Sentence: "Where an allowance on the document is under the tax of the Canary Islands (IGIC), the invoice holds a VAT identifier or tax registration of the seller or a VAT identifier of its tax representative.",
	Terms:    []string{"BT-95", "BT-31", "BT-32", "BT-63"},
	Severity: Fatal,
	check:    allowancesIdentify(canaryIslands, sellerTaxed),
}
