package en16931

var brAE02 = Rule{
	Name:     "BR-AE-02",
	Sentence: "Where a line is under reverse charge, the invoice holds a VAT identifier or tax registration of the seller or a VAT identifier of its tax representative, and a VAT identifier or legal registration of the buyer.",
	Terms:    []string{"BT-151", "BT-31", "BT-32", "BT-63", "BT-48", "BT-47"},
	Severity: Fatal,
	check:    linesIdentify(reverseCharge, sellerTaxedAndBuyerKnown),
}
