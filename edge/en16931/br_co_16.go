package en16931

var brCO16 = Rule{
	Name:     "BR-CO-16",
	Sentence: "The amount due is the total with VAT, less what was paid and plus the rounding.",
	Terms:    []string{"BT-115", "BT-112", "BT-113", "BT-114"},
	Severity: Fatal,
	check: func(n *inspection) {
		t := n.Totals
		if t.WithVAT.Valid && t.Paid.optional() && t.Rounding.optional() {
			n.equal(t.Due, "BT-115", t.WithVAT.Decimal.Sub(t.Paid.Decimal).Add(t.Rounding.Decimal))
		}
	},
}
