package en16931

var br04 = Rule{
	Name:     "BR-04",
	Sentence: "The invoice says by a code what type of document it is.",
	Terms:    []string{"BT-3"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.require(n.TypeCode, n.At)
	},
}
