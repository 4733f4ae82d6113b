package en16931

var brAG05 = Rule{
	Name:     "BR-AG-05",
	Sentence: "Where a line is under the tax of Ceuta and Melilla (IPSI), its VAT rate is zero or above.",
	Terms:    []string{"BT-151", "BT-152"},
	Severity: Fatal,
	check:    lineRates(ceutaMelilla, rateNotNegative),
}
