package en16931

var brAF01 = Rule{
	Name:     "BR-AF-01",
	Sentence: "What is under the tax of the Canary Islands (IGIC) is found in the VAT breakdown.",
	Terms:    []string{"BG-23", "BT-118", "BT-151", "BT-95", "BT-102"},
	Severity: Fatal,
	check:    brokenDown(canaryIslands),
}
