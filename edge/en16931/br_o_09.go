package en16931

var brO09 = Rule{
	Name:     "BR-O-09",
	Sentence: "The tax on what is not subject to VAT is zero.",
	Terms:    []string{"BT-117", "BT-118"},
	Severity: Fatal,
	check:    taxZero(outsideScope),
}
