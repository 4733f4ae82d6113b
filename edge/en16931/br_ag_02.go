package en16931

var brAG02 = Rule{
	Name:     "BR-AG-02",
	Sentence: "Where a line is under the tax of Ceuta and Melilla (IPSI), the invoice holds a VAT identifier or tax registration of the seller or a VAT identifier of its tax representative.",
	Terms:    []string{"BT-151", "BT-31", "BT-32", "BT-63"},
	Severity: Fatal,
	check:    linesIdentify(ceutaMelilla, sellerTaxed),
}
