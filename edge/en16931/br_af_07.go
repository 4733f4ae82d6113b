package en16931

var brAF07 = Rule{
	Name:     "BR-AF-07",
	Sentence: "Where a charge on the document is under the tax of the Canary Islands (IGIC), its VAT rate is zero or above.",
	Terms:    []string{"BT-102", "BT-103"},
	Severity: Fatal,
	check:    chargeRates(canaryIslands, rateNotNegative),
}
