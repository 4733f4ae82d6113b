package en16931

var brIC01 = Rule{
	Name:     "BR-IC-01",
	Sentence: "What is an intra-community supply is found exactly once in the VAT breakdown.",
	Terms:    []string{"BG-23", "BT-118", "BT-151", "BT-95", "BT-102"},
	Severity: Fatal,
	check:    brokenDownOnce(intraCommunity),
}
