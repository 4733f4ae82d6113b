package en16931

var br57 = Rule{
	Name:     "BR-57",
	Sentence: "An address to deliver to says in which country it is.",
	Terms:    []string{"BT-80", "BG-15"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Delivery.Address != nil {
			n.require(n.Delivery.Address.Country, n.Delivery.Address.At)
		}
	},
}
