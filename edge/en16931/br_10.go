package en16931

var br10 = Rule{
	Name:     "BR-10",
	Sentence: "The invoice holds the postal address of the buyer.",
	Terms:    []string{"BG-8"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Buyer == nil {
			n.found(n.At)
		} else if n.Buyer.Address == nil {
			n.found(n.Buyer.At)
		}
	},
}
