package en16931

var br67 = Rule{
	Name:     "BR-67",
	Sentence: "The invoice names at most one mandate for direct debit.",
	Terms:    []string{"BG-19", "BT-89"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, mandate := range n.Mandates[min(1, len(n.Mandates)):] {
			n.found(mandate.At, Value{"BT-89", mandate.Value})
		}
	},
}
