package en16931

var brZ05 = Rule{
	Name:     "BR-Z-05",
	Sentence: "Where a line is zero rated, its VAT rate is zero.",
	Terms:    []string{"BT-151", "BT-152"},
	Severity: Fatal,
	check:    lineRates(zeroRated, rateZero),
}
