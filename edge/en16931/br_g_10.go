package en16931

var brG10 = Rule{
	Name:     "BR-G-10",
	Sentence: "The VAT breakdown says, in words or by a code, why no VAT is charged on what is exported out of the Union.",
	Terms:    []string{"BT-120", "BT-121", "BT-118"},
	Severity: Fatal,
	check:    exemptionRequired(exported),
}
