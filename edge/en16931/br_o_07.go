package en16931

var brO07 = Rule{
	Name:     "BR-O-07",
	Sentence: "Where a charge on the document is not subject to VAT, its VAT rate is not given.",
	Terms:    []string{"BT-102", "BT-103"},
	Severity: Fatal,
	check:    chargeRates(outsideScope, rateAbsent),
}
