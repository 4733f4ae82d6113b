package en16931

var brS07 = Rule{
	Name:     "BR-S-07",
	Sentence: "Where a charge on the document is standard rated, its VAT rate is above zero.",
	Terms:    []string{"BT-102", "BT-103"},
	Severity: Fatal,
	check:    chargeRates(standardRated, ratePositive),
}
