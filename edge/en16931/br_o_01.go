package en16931

var brO01 = Rule{
	Name:     "BR-O-01",
	Sentence: "What is not subject to VAT is found exactly once in the VAT breakdown.",
	Terms:    []string{"BG-23", "BT-118", "BT-151", "BT-95", "BT-102"},
	Severity: Fatal,
	check:    brokenDownOnce(outsideScope),
}
