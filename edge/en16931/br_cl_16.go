package en16931

var brCL16 = Rule{
	Name:     "BR-CL-16",
	Sentence: "The means of payment is a code of UNTDID 4461.",
	Terms:    []string{"BT-81"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, instruction := range n.PaymentInstructions {
			n.requireCode(instruction.MeansCode, paymentMeans)
		}
	},
}
