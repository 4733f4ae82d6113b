package en16931

var brIC06 = Rule{
	Name:     "BR-IC-06",
	Sentence: "Where an allowance on the document is an intra-community supply, its VAT rate is zero.",
	Terms:    []string{"BT-95", "BT-96"},
	Severity: Fatal,
	check:    allowanceRates(intraCommunity, rateZero),
}
