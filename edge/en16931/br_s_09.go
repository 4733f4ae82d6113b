package en16931

var brS09 = Rule{
	Name:     "BR-S-09",
	Sentence: "The tax on what is standard rated is the taxable amount times the rate.",
	Terms:    []string{"BT-117", "BT-116", "BT-119"},
	Severity: Fatal,
	Remark:   "Differences below one unit of the currency pass.",
	check:    taxComputed(standardRated),
}
