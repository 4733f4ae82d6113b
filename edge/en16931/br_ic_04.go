package en16931

var brIC04 = Rule{
	Name:     "BR-IC-04",
	Sentence: "Where a charge on the document is an intra-community supply, the invoice holds a VAT identifier of the seller or its tax representative, and one of the buyer.",
	Terms:    []string{"BT-102", "BT-31", "BT-63", "BT-48"},
	Severity: Fatal,
	check:    chargesIdentify(intraCommunity, sellerAndBuyerVAT),
}
