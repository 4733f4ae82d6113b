package en16931

var br07 = Rule{
	Name:     "BR-07",
	Sentence: "The buyer is named.",
	Terms:    []string{"BT-44"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Buyer == nil {
			n.found(n.At)
			return
		}
		n.require(n.Buyer.Name, n.Buyer.At)
	},
}
