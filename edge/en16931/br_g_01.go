package en16931

var brG01 = Rule{
	Name:     "BR-G-01",
	Sentence: "What is exported out of the Union is found exactly once in the VAT breakdown.",
	Terms:    []string{"BG-23", "BT-118", "BT-151", "BT-95", "BT-102"},
	Severity: Fatal,
	check:    brokenDownOnce(exported),
}
