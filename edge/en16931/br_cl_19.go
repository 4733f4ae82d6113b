package en16931

var brCL19 = Rule{
	Name:     "BR-CL-19",
	Sentence: "The reason of an allowance, given by a code, is one of UNTDID 5189.",
	Terms:    []string{"BT-98", "BT-140"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, allowance := range n.Allowances {
			n.requireCode(allowance.ReasonCode, allowanceReasons)
		}
		for _, line := range n.Lines {
			for _, allowance := range line.Allowances {
				n.requireCode(allowance.ReasonCode, allowanceReasons)
			}
		}
	},
}
