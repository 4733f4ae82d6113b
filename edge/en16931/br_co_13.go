package en16931

var brCO13 = Rule{
	Name:     "BR-CO-13",
	Sentence: "The total without VAT is the sum of the lines, less the allowances and plus the charges on the document.",
	Terms:    []string{"BT-109", "BT-106", "BT-107", "BT-108"},
	Severity: Fatal,
	check: func(n *inspection) {
		t := n.Totals
		if t.Lines.Valid && t.Allowances.optional() && t.Charges.optional() {
			n.equal(t.WithoutVAT, "BT-109", t.Lines.Decimal.Sub(t.Allowances.Decimal).Add(t.Charges.Decimal))
		}
	},
}
