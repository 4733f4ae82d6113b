package en16931

var brAE01 = Rule{
	Name:     "BR-AE-01",
	Sentence: "What is under reverse charge is found exactly once in the VAT breakdown.",
	Terms:    []string{"BG-23", "BT-118", "BT-151", "BT-95", "BT-102"},
	Severity: Fatal,
	check:    brokenDownOnce(reverseCharge),
}
