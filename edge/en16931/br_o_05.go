package en16931

var brO05 = Rule{
	Name:     "BR-O-05",
	Sentence: "Where a line is not subject to VAT, its VAT rate is not given.",
	Terms:    []string{"BT-151", "BT-152"},
	Severity: Fatal,
	check:    lineRates(outsideScope, rateAbsent),
}
