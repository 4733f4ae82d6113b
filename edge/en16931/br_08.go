package en16931

var br08 = Rule{
	Name:     "BR-08",
	Sentence: "The invoice holds the postal address of the seller.",
	Terms:    []string{"BG-5"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Seller == nil {
			n.found(n.At)
		} else if n.Seller.Address == nil {
			n.found(n.Seller.At)
		}
	},
}
