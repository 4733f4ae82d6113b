package en16931

var brCO09 = Rule{
	Name:     "BR-CO-09",
	Sentence: "The VAT identifiers of seller, tax representative and buyer begin with the code of the country that issued them; Greece may use EL.",
	Terms:    []string{"BT-31", "BT-63", "BT-48"},
	Severity: Fatal,
	check: func(n *inspection) {
		for at, party := range [...]*Party{n.Seller, n.TaxRepresentative, n.Buyer} {
			if party == nil || !party.VATIdentifier.Given() {
				continue
			}
			number := party.VATIdentifier
			if prefix := number.Value[:min(2, len(number.Value))]; prefix != "EL" && !countries.holds(prefix) {
				n.found(number.At, Value{n.rule.Terms[at], number.Value})
			}
		}
	},
}
