package en16931

var brCL14 = Rule{
	Name:     "BR-CL-14",
	Sentence: "The country of an address is a code of ISO 3166-1.",
	Terms:    []string{"BT-40", "BT-55", "BT-69", "BT-80"},
	Severity: Fatal,
	check: func(n *inspection) {
		addresses := []*Address{n.Delivery.Address}
		for _, party := range [...]*Party{n.Seller, n.Buyer, n.TaxRepresentative} {
			if party != nil {
				addresses = append(addresses, party.Address)
			}
		}
		for _, address := range addresses {
			if address != nil {
				n.requireCode(address.Country, countries)
			}
		}
	},
}
