package en16931

var brG09 = Rule{
	Name:     "BR-G-09",
	Sentence: "The tax on what is exported out of the Union is zero.",
	Terms:    []string{"BT-117", "BT-118"},
	Severity: Fatal,
	check:    taxZero(exported),
}
