package en16931

var brAE10 = Rule{
	Name:     "BR-AE-10",
	Sentence: "The VAT breakdown says, in words or by a code, why no VAT is charged on what is under reverse charge.",
	Terms:    []string{"BT-120", "BT-121", "BT-118"},
	Severity: Fatal,
	check:    exemptionRequired(reverseCharge),
}
