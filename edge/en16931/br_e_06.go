package en16931

var brE06 = Rule{
	Name:     "BR-E-06",
	Sentence: "Where an allowance on the document is exempt from VAT, its VAT rate is zero.",
	Terms:    []string{"BT-95", "BT-96"},
	Severity: Fatal,
	check:    allowanceRates(exempt, rateZero),
}
