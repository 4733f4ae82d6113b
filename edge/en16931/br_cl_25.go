package en16931

var brCL25 = Rule{
	Name:     "BR-CL-25",
	Sentence: "The scheme of an electronic address is in the Commission's list of electronic address schemes.",
	Terms:    []string{"BT-34", "BT-49"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, party := range [...]*Party{n.Seller, n.Buyer} {
			if party != nil && party.Electronic != nil {
				n.requireScheme(*party.Electronic, electronicSchemes)
			}
		}
	},
}
