package en16931

var br01 = Rule{
	Name:     "BR-01",
	Sentence: "The invoice names the specification that it follows.",
	Terms:    []string{"BT-24"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.require(n.Specification, n.At)
	},
}
