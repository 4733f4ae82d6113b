package en16931

var brAE05 = Rule{
	Name:     "BR-AE-05",
	Sentence: "Where a line is under reverse charge, its VAT rate is zero.",
	Terms:    []string{"BT-151", "BT-152"},
	Severity: Fatal,
	check:    lineRates(reverseCharge, rateZero),
}
