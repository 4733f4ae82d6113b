package en16931

var brE10 = Rule{
	Name:     "BR-E-10",
	Sentence: "The VAT breakdown says, in words or by a code, why no VAT is charged on what is exempt from VAT.",
	Terms:    []string{"BT-120", "BT-121", "BT-118"},
	Severity: Fatal,
	check:    exemptionRequired(exempt),
}
