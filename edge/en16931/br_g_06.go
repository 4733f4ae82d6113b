package en16931

var brG06 = Rule{
	Name:     "BR-G-06",
	Sentence: "Where an allowance on the document is exported out of the Union, its VAT rate is zero.",
	Terms:    []string{"BT-95", "BT-96"},
	Severity: Fatal,
	check:    allowanceRates(exported, rateZero),
}
