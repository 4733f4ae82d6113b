package en16931

var brIC02 = Rule{
	Name:     "BR-IC-02",
	Sentence: "Where a line is an intra-community supply, the invoice holds a VAT identifier of the seller or its tax representative, and one of the buyer.",
	Terms:    []string{"BT-151", "BT-31", "BT-63", "BT-48"},
	Severity: Fatal,
	check:    linesIdentify(intraCommunity, sellerAndBuyerVAT),
}
