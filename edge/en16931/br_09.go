package en16931

var br09 = Rule{
	Name:     "BR-09",
	Sentence: "The postal address of the seller says in which country it is.",
	Terms:    []string{"BG-5", "BT-40"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Seller != nil && n.Seller.Address != nil {
			n.require(n.Seller.Address.Country, n.Seller.Address.At)
		}
	},
}
