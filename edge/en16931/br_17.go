package en16931

var br17 = Rule{
	Name:     "BR-17",
	Sentence: "A payee who is not the seller is named.",
	Terms:    []string{"BG-10", "BG-4", "BT-59"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Payee == nil || n.Payee.Name.Given() {
			return
		}
		if n.Seller != nil {
			sellers := map[string]bool{}
			for _, identifier := range n.Seller.Identifiers {
				sellers[identifier.Value] = identifier.Given()
			}
			for _, identifier := range n.Payee.Identifiers {
				if sellers[identifier.Value] {
					return
				}
			}
		}
		n.found(n.Payee.At)
	},
}
