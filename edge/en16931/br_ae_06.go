package en16931

var brAE06 = Rule{
	Name:     "BR-AE-06",
	Sentence: "Where an allowance on the document is under reverse charge, its VAT rate is zero.",
	Terms:    []string{"BT-95", "BT-96"},
	Severity: Fatal,
	check:    allowanceRates(reverseCharge, rateZero),
}
