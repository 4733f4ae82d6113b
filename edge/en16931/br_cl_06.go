package en16931

var brCL06 = Rule{
	Name:     "BR-CL-06",
	Sentence: "The code of the tax point date is one of the three that the norm allows: issue, delivery, payment.",
	Terms:    []string{"BT-8"},
	Severity: Fatal,
	Remark:   "UNTDID 2005 in UBL, UNTDID 2475 in CII.",
	check: func(n *inspection) {
		if n.Syntax == CII {
			n.requireCode(n.TaxPointDateCode, taxPointsCII)
		} else {
			n.requireCode(n.TaxPointDateCode, taxPointsUBL)
		}
	},
}
