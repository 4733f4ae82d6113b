package en16931

var brAG06 = Rule{
	Name:     "BR-AG-06",
	Sentence: "Where an allowance on the document is under the tax of Ceuta and Melilla (IPSI), its VAT rate is zero or above.",
	Terms:    []string{"BT-95", "BT-96"},
	Severity: Fatal,
	check:    allowanceRates(ceutaMelilla, rateNotNegative),
}
