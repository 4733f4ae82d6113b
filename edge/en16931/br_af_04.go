package en16931

var brAF04 = Rule{
	Name:     "BR-AF-04",
	Sentence: "Where a charge on the document is under the tax of the Canary Islands (IGIC), the invoice holds a VAT identifier or tax registration of the seller or a VAT identifier of its tax representative.",
	Terms:    []string{"BT-102", "BT-31", "BT-32", "BT-63"},
	Severity: Fatal,
	check:    chargesIdentify(canaryIslands, sellerTaxed),
}
