package en16931

var brCL11 = Rule{
	Name:     "BR-CL-11",
	Sentence: "The scheme of a party's legal registration is listed in ISO 6523 (ICD).",
	Terms:    []string{"BT-30", "BT-47", "BT-61"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, party := range [...]*Party{n.Seller, n.Buyer, n.Payee} {
			if party != nil {
				n.requireScheme(party.LegalRegistration, identifierSchemes)
			}
		}
	},
}
