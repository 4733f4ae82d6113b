package en16931

var brZ10 = Rule{
	Name:     "BR-Z-10",
	Sentence: "The VAT breakdown gives no reason for exemption for what is zero rated.",
	Terms:    []string{"BT-120", "BT-121", "BT-118"},
	Severity: Fatal,
	check:    exemptionForbidden(zeroRated),
}
