package en16931

var brAE07 = Rule{
	Name:     "BR-AE-07",
	Sentence: "Where a charge on the document is under reverse charge, its VAT rate is zero.",
	Terms:    []string{"BT-102", "BT-103"},
	Severity: Fatal,
	check:    chargeRates(reverseCharge, rateZero),
}
