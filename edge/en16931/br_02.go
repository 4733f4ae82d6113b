package en16931

var br02 = Rule{
	Name:     "BR-02",
	Sentence: "The invoice has a number.",
	Terms:    []string{"BT-1"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.require(n.Number, n.At)
	},
}
