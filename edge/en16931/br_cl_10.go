package en16931

var brCL10 = Rule{
	Name:     "BR-CL-10",
	Sentence: "The scheme of a party's identifier is listed in ISO 6523 (ICD), or is SEPA for who is paid.",
	Terms:    []string{"BT-29", "BT-46", "BT-60"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, party := range [...]*Party{n.Seller, n.Buyer, n.Payee, n.TaxRepresentative} {
			if party == nil {
				continue
			}
			for _, identifier := range party.Identifiers {
				if identifier.Scheme == "SEPA" && (party == n.Seller || party == n.Payee) {
					continue
				}
				n.requireScheme(identifier, identifierSchemes)
			}
		}
	},
}
