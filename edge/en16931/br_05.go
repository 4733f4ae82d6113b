package en16931

var br05 = Rule{
	Name:     "BR-05",
	Sentence: "The invoice names its currency.",
	Terms:    []string{"BT-5"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.require(n.Currency, n.At)
	},
}
