package en16931

var brZ01 = Rule{
	Name:     "BR-Z-01",
	Sentence: "What is zero rated is found exactly once in the VAT breakdown.",
	Terms:    []string{"BG-23", "BT-118", "BT-151", "BT-95", "BT-102"},
	Severity: Fatal,
	check:    brokenDownOnce(zeroRated),
}
