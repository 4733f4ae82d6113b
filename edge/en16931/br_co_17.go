package en16931

var brCO17 = Rule{
	Name:     "BR-CO-17",
	Sentence: "In each part of the VAT breakdown the tax is the taxable amount times the rate, rounded to two digits.",
	Terms:    []string{"BT-117", "BT-116", "BT-119"},
	Severity: Fatal,
	Remark:   "Differences below one unit of the currency pass.",
	check: func(n *inspection) {
		for _, breakdown := range n.Breakdowns {
			if breakdown.Category.VAT() {
				n.computed(breakdown)
			}
		}
	},
}
