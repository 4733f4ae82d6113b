package en16931

var brIC07 = Rule{
	Name:     "BR-IC-07",
	Sentence: "Where a charge on the document is an intra-community supply, its VAT rate is zero.",
	Terms:    []string{"BT-102", "BT-103"},
	Severity: Fatal,
	check:    chargeRates(intraCommunity, rateZero),
}
