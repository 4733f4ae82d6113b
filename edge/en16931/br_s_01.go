package en16931

var brS01 = Rule{
	Name:     "BR-S-01",
	Sentence: "What is standard rated is found in the VAT breakdown.",
	Terms:    []string{"BG-23", "BT-118", "BT-151", "BT-95", "BT-102"},
	Severity: Fatal,
	check:    brokenDown(standardRated),
}
