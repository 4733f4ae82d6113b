package en16931

var brAG01 = Rule{
	Name:     "BR-AG-01",
	Sentence: "What is under the tax of Ceuta and Melilla (IPSI) is found in the VAT breakdown.",
	Terms:    []string{"BG-23", "BT-118", "BT-151", "BT-95", "BT-102"},
	Severity: Fatal,
	check:    brokenDown(ceutaMelilla),
}
