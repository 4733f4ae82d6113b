package en16931

var br49 = Rule{
	Name:     "BR-49",
	Sentence: "A payment instruction says by which means to pay.",
	Terms:    []string{"BT-81", "BG-16"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, instruction := range n.PaymentInstructions {
			n.require(instruction.MeansCode, instruction.At)
		}
	},
}
