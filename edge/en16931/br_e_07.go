package en16931

var brE07 = Rule{
	Name:     "BR-E-07",
	Sentence: "Where a charge on the document is exempt from VAT, its VAT rate is zero.",
	Terms:    []string{"BT-102", "BT-103"},
	Severity: Fatal,
	check:    chargeRates(exempt, rateZero),
}
