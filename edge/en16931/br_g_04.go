package en16931

var brG04 = Rule{
	Name:     "BR-G-04",
	Sentence: "Where a charge on the document is exported out of the Union, the invoice holds a VAT identifier of the seller or its tax representative.",
	Terms:    []string{"BT-102", "BT-31", "BT-63"},
	Severity: Fatal,
	check:    chargesIdentify(exported, sellerVAT),
}
