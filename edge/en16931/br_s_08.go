package en16931

var brS08 = Rule{
	Name:     "BR-S-08",
	Sentence: "For each rate of what is standard rated, the taxable amount in the VAT breakdown is lines and charges less allowances of that rate.",
	Terms:    []string{"BT-116", "BT-118", "BT-119", "BT-131", "BT-92", "BT-99"},
	Severity: Fatal,
	Remark:   "Differences below one unit of the currency pass.",
	check:    taxableByRate(standardRated),
}
