package en16931

var brAF02 = Rule{
	Name:     "BR-AF-02",
	Sentence: "Where a line is under the tax of the Canary Islands (IGIC), the invoice holds a VAT identifier or tax registration of the seller or a VAT identifier of its tax representative.",
	Terms:    []string{"BT-151", "BT-31", "BT-32", "BT-63"},
	Severity: Fatal,
	check:    linesIdentify(canaryIslands, sellerTaxed),
}
