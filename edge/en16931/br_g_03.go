package en16931

var brG03 = Rule{
	Name:     "BR-G-03",
	Sentence: "Where an allowance on the document is exported out of the Union, the invoice holds a VAT identifier of the seller or its tax representative.",
	Terms:    []string{"BT-95", "BT-31", "BT-63"},
	Severity: Fatal,
	check:    allowancesIdentify(exported, sellerVAT),
}
