package en16931

var brAE04 = Rule{
	Name:     "BR-AE-04",
	Sentence: "Where a charge on the document is under reverse charge, the invoice holds a VAT identifier or tax registration of the seller or a VAT identifier of its tax representative, and a VAT identifier or legal registration of the buyer.",
	Terms:    []string{"BT-102", "BT-31", "BT-32", "BT-63", "BT-48", "BT-47"},
	Severity: Fatal,
	check:    chargesIdentify(reverseCharge, sellerTaxedAndBuyerKnown),
}
