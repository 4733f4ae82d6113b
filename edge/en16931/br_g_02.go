package en16931

var brG02 = Rule{
	Name:     "BR-G-02",
	Sentence: "Where a line is exported out of the Union, the invoice holds a VAT identifier of the seller or its tax representative.",
	Terms:    []string{"BT-151", "BT-31", "BT-63"},
	Severity: Fatal,
	check:    linesIdentify(exported, sellerVAT),
}
