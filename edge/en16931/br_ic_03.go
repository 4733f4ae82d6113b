package en16931

var brIC03 = Rule{
	Name:     "BR-IC-03",
	Sentence: "Where an allowance on the document is an intra-community supply, the invoice holds a VAT identifier of the seller or its tax representative, and one of the buyer.",
	Terms:    []string{"BT-95", "BT-31", "BT-63", "BT-48"},
	Severity: Fatal,
	check:    allowancesIdentify(intraCommunity, sellerAndBuyerVAT),
}
