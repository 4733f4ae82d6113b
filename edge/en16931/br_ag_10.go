package en16931

var brAG10 = Rule{
	Name:     "BR-AG-10",
	Sentence: "The VAT breakdown gives no reason for exemption for what is under the tax of Ceuta and Melilla (IPSI).",
	Terms:    []string{"BT-120", "BT-121", "BT-118"},
	Severity: Fatal,
	check:    exemptionForbidden(ceutaMelilla),
}
