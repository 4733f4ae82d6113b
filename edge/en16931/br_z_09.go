package en16931

var brZ09 = Rule{
	Name:     "BR-Z-09",
	Sentence: "The tax on what is zero rated is zero.",
	Terms:    []string{"BT-117", "BT-118"},
	Severity: Fatal,
	check:    taxZero(zeroRated),
}
