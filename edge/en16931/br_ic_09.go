package en16931

var brIC09 = Rule{
	Name:     "BR-IC-09",
	Sentence: "The tax on what is an intra-community supply is zero.",
	Terms:    []string{"BT-117", "BT-118"},
	Severity: Fatal,
	check:    taxZero(intraCommunity),
}
