package en16931

var brG05 = Rule{
	Name:     "BR-G-05",
	Sentence: "Where a line is exported out of the Union, its VAT rate is zero.",
	Terms:    []string{"BT-151", "BT-152"},
	Severity: Fatal,
	check:    lineRates(exported, rateZero),
}
