package en16931

var br52 = Rule{
	Name:     "BR-52",
	Sentence: "Each supporting document has a reference.",
	Terms:    []string{"BT-122", "BG-24"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, document := range n.Documents {
			n.require(document.Reference, document.At)
		}
	},
}
