package en16931

var brAF05 = Rule{
	Name:     "BR-AF-05",
	Sentence: "Where a line is under the tax of the Canary Islands (IGIC), its VAT rate is zero or above.",
	Terms:    []string{"BT-151", "BT-152"},
	Severity: Fatal,
	check:    lineRates(canaryIslands, rateNotNegative),
}
