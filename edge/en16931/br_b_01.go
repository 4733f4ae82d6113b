package en16931

var brB01 = Rule{
	Name:     "BR-B-01",
	Sentence: "Split payment is used in domestic Italian invoices only.",
	Terms:    []string{"BT-151", "BT-95", "BT-102", "BT-40", "BT-55"},
	Severity: Fatal,
	check: func(n *inspection) {
		at, used := n.used(splitPayment)
		if !used {
			return
		}
		for _, party := range [...]*Party{n.Seller, n.Buyer} {
			if party != nil && party.Address != nil && party.Address.Country.Given() && party.Address.Country.Value != "IT" {
				n.found(at, Value{"country", party.Address.Country.Value})
			}
		}
	},
}
