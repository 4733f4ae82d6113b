package en16931

var brAF06 = Rule{
	Name:     "BR-AF-06",
	Sentence: "Where an allowance on the document is under the tax of the Canary Islands (IGIC), its VAT rate is zero or above.",
	Terms:    []string{"BT-95", "BT-96"},
	Severity: Fatal,
	check:    allowanceRates(canaryIslands, rateNotNegative),
}
