package en16931

var brS06 = Rule{
	Name:     "BR-S-06",
	Sentence: "Where an allowance on the document is standard rated, its VAT rate is above zero.",
	Terms:    []string{"BT-95", "BT-96"},
	Severity: Fatal,
	check:    allowanceRates(standardRated, ratePositive),
}
