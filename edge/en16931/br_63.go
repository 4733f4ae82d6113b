package en16931

var br63 = Rule{
	Name:     "BR-63",
	Sentence: "The electronic address of the buyer names its scheme.",
	Terms:    []string{"BT-49"},
	Severity: Fatal,
	check: func(n *inspection) {
		if n.Buyer != nil && n.Buyer.Electronic != nil && n.Buyer.Electronic.Scheme == "" {
			n.found(n.Buyer.Electronic.At, Value{"BT-49", n.Buyer.Electronic.Value})
		}
	},
}
