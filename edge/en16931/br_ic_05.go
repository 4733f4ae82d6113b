package en16931

var brIC05 = Rule{
	Name:     "BR-IC-05",
	Sentence: "Where a line is an intra-community supply, its VAT rate is zero.",
	Terms:    []string{"BT-151", "BT-152"},
	Severity: Fatal,
	check:    lineRates(intraCommunity, rateZero),
}
