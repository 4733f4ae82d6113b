package en16931

var brAG09 = Rule{
	Name:     "BR-AG-09",
	Sentence: "The tax on what is under the tax of Ceuta and Melilla (IPSI) is the taxable amount times the rate.",
	Terms:    []string{"BT-117", "BT-116", "BT-119"},
	Severity: Fatal,
	Remark:   "Differences below one unit of the currency pass.",
	check:    taxComputed(ceutaMelilla),
}
