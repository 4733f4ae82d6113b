package en16931

var brAE09 = Rule{
	Name:     "BR-AE-09",
	Sentence: "The tax on what is under reverse charge is zero.",
	Terms:    []string{"BT-117", "BT-118"},
	Severity: Fatal,
	check:    taxZero(reverseCharge),
}
