package en16931

var brO10 = Rule{
	Name:     "BR-O-10",
	Sentence: "The VAT breakdown says, in words or by a code, why no VAT is charged on what is not subject to VAT.",
	Terms:    []string{"BT-120", "BT-121", "BT-118"},
	Severity: Fatal,
	check:    exemptionRequired(outsideScope),
}
