package en16931

var br06 = Rule{
	Name:     "BR-06",
	Sentence: "The seller is named.",
	Terms:    []string{"BT-27"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Seller == nil {
			n.found(n.At)
			return
		}
		n.require(n.Seller.Name, n.Seller.At)
	},
}
