package en16931

var br11 = Rule{
	Name:     "BR-11",
	Sentence: "The postal address of the buyer says in which country it is.",
	Terms:    []string{"BG-8", "BT-55"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Buyer != nil && n.Buyer.Address != nil {
			n.require(n.Buyer.Address.Country, n.Buyer.Address.At)
		}
	},
}
