package en16931

var brIC08 = Rule{
	Name:     "BR-IC-08",
	Sentence: "The taxable amount of what is an intra-community supply is lines and charges less allowances of that category.",
	Terms:    []string{"BT-116", "BT-118", "BT-131", "BT-92", "BT-99"},
	Severity: Fatal,
	check:    taxableByCategory(intraCommunity),
}
