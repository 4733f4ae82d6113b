package en16931

var brCO14 = Rule{
	Name:     "BR-CO-14",
	Sentence: "The VAT total is what the parts of the breakdown add up to.",
	Terms:    []string{"BT-110", "BT-117"},
	Severity: Fatal,
	check: func(n *inspection) {
		total, found := n.VATTotal()
		if found == 0 || len(n.Breakdowns) == 0 {
			return
		}
		sum := Decimal{}
		for _, breakdown := range n.Breakdowns {
			if !breakdown.Tax.Valid {
				return
			}
			sum = sum.Add(breakdown.Tax.Decimal)
		}
		n.equal(total, "BT-110", sum)
	},
}
