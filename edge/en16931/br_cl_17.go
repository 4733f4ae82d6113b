package en16931

var brCL17 = Rule{
	Name:     "BR-CL-17",
	Sentence: "The VAT category of a part of the breakdown, an allowance or a charge is a code of UNCL5305 that the norm allows.",
	Terms:    []string{"BT-118", "BT-95", "BT-102"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, breakdown := range n.Breakdowns {
			n.requireCode(breakdown.Category.Code, vatCategories)
		}
		for _, all := range [...][]*AllowanceCharge{n.Allowances, n.Charges} {
			for _, one := range all {
				n.requireCode(one.Category.Code, vatCategories)
			}
		}
	},
}
