package en16931

var brCO11 = Rule{
	Name:     "BR-CO-11",
	Sentence: "The total of the allowances on the document is what they add up to.",
	Terms:    []string{"BT-107", "BT-92"},
	Severity: Fatal,
	check: func(n *inspection) {
		sum := Decimal{}
		for _, one := range n.Allowances {
			if !one.Amount.Valid {
				return
			}
			sum = sum.Add(one.Amount.Decimal)
		}
		if total := n.Totals.Allowances; total.Given() {
			n.equal(total, "BT-107", sum)
		} else if sum.Sign() != 0 {
			n.found(n.At.or(n.Totals.At), Value{"sum", sum.String()})
		}
	},
}
