package en16931

var br36 = Rule{
	Name:     "BR-36",
	Sentence: "Each charge on the document has an amount.",
	Terms:    []string{"BT-99", "BG-21"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, charge := range n.Charges {
			n.requireNumber(charge.Amount, charge.At)
		}
	},
}
