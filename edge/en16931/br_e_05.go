package en16931

var brE05 = Rule{
	Name:     "BR-E-05",
	Sentence: "Where a line is exempt from VAT, its VAT rate is zero.",
	Terms:    []string{"BT-151", "BT-152"},
	Severity: Fatal,
	check:    lineRates(exempt, rateZero),
}
