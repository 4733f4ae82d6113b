package en16931

var brAF09 = Rule{
	Name:     "BR-AF-09",
	Sentence: "The tax on what is under the tax of the Canary Islands (IGIC) is the taxable amount times the rate.",
	Terms:    []string{"BT-117", "BT-116", "BT-119"},
	Severity: Fatal,
	Remark:   "Differences below one unit of the currency pass.",
	check:    taxComputed(canaryIslands),
}
