package en16931

var brZ06 = Rule{
	Name:     "BR-Z-06",
	Sentence: "Where an allowance on the document is zero rated, its VAT rate is zero.",
	Terms:    []string{"BT-95", "BT-96"},
	Severity: Fatal,
	check:    allowanceRates(zeroRated, rateZero),
}
