package en16931

var brCL22 = Rule{
	Name:     "BR-CL-22",
	Sentence: "The reason for exemption, given by a code, is one of the VATEX list.",
	Terms:    []string{"BT-121"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, breakdown := range n.Breakdowns {
			n.requireCode(breakdown.ExemptionReasonCode.upper(), exemptionReasons)
		}
	},
}
