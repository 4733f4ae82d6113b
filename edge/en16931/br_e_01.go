package en16931

var brE01 = Rule{
	Name:     "BR-E-01",
	Sentence: "What is exempt from VAT is found exactly once in the VAT breakdown.",
	Terms:    []string{"BG-23", "BT-118", "BT-151", "BT-95", "BT-102"},
	Severity: Fatal,
	check:    brokenDownOnce(exempt),
}
