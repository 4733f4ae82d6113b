package en16931

var brO06 = Rule{
	Name:     "BR-O-06",
	Sentence: "Where an allowance on the document is not subject to VAT, its VAT rate is not given.",
	Terms:    []string{"BT-95", "BT-96"},
	Severity: Fatal,
	check:    allowanceRates(outsideScope, rateAbsent),
}
