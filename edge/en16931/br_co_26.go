package en16931

var brCO26 = Rule{
	Name:     "BR-CO-26",
	Sentence: "The seller can be recognised by an identifier, a legal registration or a VAT identifier.",
	Terms:    []string{"BT-29", "BT-30", "BT-31"},
	Severity: Fatal,
	check: func(n *inspection) {
		s := n.Seller
		if s == nil || s.VATIdentifier.Given() || s.LegalRegistration.Given() {
			return
		}
		for _, identifier := range s.Identifiers {
			if identifier.Given() && identifier.Scheme != "SEPA" {
				return
			}
		}
		n.found(s.At)
	},
}
