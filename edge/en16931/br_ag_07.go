package en16931

var brAG07 = Rule{
	Name:     "BR-AG-07",
	Sentence: "Where a charge on the document is under the tax of Ceuta and Melilla (IPSI), its VAT rate is zero or above.",
	Terms:    []string{"BT-102", "BT-103"},
	Severity: Fatal,
	check:    chargeRates(ceutaMelilla, rateNotNegative),
}
