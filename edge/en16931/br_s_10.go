package en16931

var brS10 = Rule{
	Name:     "BR-S-10",
	Sentence: "The VAT breakdown gives no reason for exemption for what is standard rated.",
	Terms:    []string{"BT-120", "BT-121", "BT-118"},
	Severity: Fatal,
	check:    exemptionForbidden(standardRated),
}
