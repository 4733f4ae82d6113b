package en16931

var brS05 = Rule{
	Name:     "BR-S-05",
	Sentence: "Where a line is standard rated, its VAT rate is above zero.",
	Terms:    []string{"BT-151", "BT-152"},
	Severity: Fatal,
	check:    lineRates(standardRated, ratePositive),
}
