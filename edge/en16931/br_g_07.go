package en16931

var brG07 = Rule{
	Name:     "BR-G-07",
	Sentence: "Where a charge on the document is exported out of the Union, its VAT rate is zero.",
	Terms:    []string{"BT-102", "BT-103"},
	Severity: Fatal,
	check:    chargeRates(exported, rateZero),
}
