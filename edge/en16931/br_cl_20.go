package en16931

var brCL20 = Rule{
	Name:     "BR-CL-20",
	Sentence: "The reason of a charge, given by a code, is one of UNTDID 7161.",
	Terms:    []string{"BT-105", "BT-145"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, charge := range n.Charges {
			n.requireCode(charge.ReasonCode, chargeReasons)
		}
		for _, line := range n.Lines {
			for _, charge := range line.Charges {
				n.requireCode(charge.ReasonCode, chargeReasons)
			}
		}
	},
}
