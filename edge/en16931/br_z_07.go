package en16931

var brZ07 = Rule{
	Name:     "BR-Z-07",
	Sentence: "Where a charge on the document is zero rated, its VAT rate is zero.",
	Terms:    []string{"BT-102", "BT-103"},
	Severity: Fatal,
	check:    chargeRates(zeroRated, rateZero),
}
