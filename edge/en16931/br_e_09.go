package en16931

var brE09 = Rule{
	Name:     "BR-E-09",
	Sentence: "The tax on what is exempt from VAT is zero.",
	Terms:    []string{"BT-117", "BT-118"},
	Severity: Fatal,
	check:    taxZero(exempt),
}
