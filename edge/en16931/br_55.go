package en16931

var br55 = Rule{
	Name:     "BR-55",
	Sentence: "Each reference to a preceding invoice gives its number.",
	Terms:    []string{"BT-25", "BG-3"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, number := range n.PrecedingInvoices {
			n.require(number, n.At)
		}
	},
}
