package en16931

var brIC10 = Rule{
	Name:     "BR-IC-10",
	Sentence: "The VAT breakdown says, in words or by a code, why no VAT is charged on what is an intra-community supply.",
	Terms:    []string{"BT-120", "BT-121", "BT-118"},
	Severity: Fatal,
	check:    exemptionRequired(intraCommunity),
}
