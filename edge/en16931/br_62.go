package en16931

var br62 = Rule{
	Name:     "BR-62",
	Sentence: "The electronic address of the seller names its scheme.",
	Terms:    []string{"BT-34"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Seller != nil && n.Seller.Electronic != nil && n.Seller.Electronic.Scheme == "" {
			n.found(n.Seller.Electronic.At, Value{"BT-34", n.Seller.Electronic.Value})
		}
	},
}
