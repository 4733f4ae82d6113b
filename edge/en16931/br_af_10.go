package en16931

var brAF10 = Rule{
	Name:     "BR-AF-10",
	Sentence: "The VAT breakdown gives no reason for exemption for what is under the tax of the Canary Islands (IGIC).",
	Terms:    []string{"BT-120", "BT-121", "BT-118"},
	Severity: Fatal,
	check:    exemptionForbidden(canaryIslands),
}
