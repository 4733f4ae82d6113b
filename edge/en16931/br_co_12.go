package en16931

var brCO12 = Rule{
	Name:     "BR-CO-12",
	Sentence: "The total of the charges on the document is what they add up to.",
	Terms:    []string{"BT-108", "BT-99"},
	Severity: Fatal,
	check: func(n *inspection) {
		sum := Decimal{}
		for _, one := range n.Charges {
			if !one.Amount.Valid {
				return
			}
			sum = sum.Add(one.Amount.Decimal)
		}
		if total := n.Totals.Charges; total.Given() {
			n.equal(total, "BT-108", sum)
		} else if sum.Sign() != 0 {
			n.found(n.At.or(n.Totals.At), Value{"sum", sum.String()})
		}
	},
}
