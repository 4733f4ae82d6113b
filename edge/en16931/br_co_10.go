package en16931

var brCO10 = Rule{
	Name:     "BR-CO-10",
	Sentence: "The sum of the lines' net amounts is what the lines add up to.",
	Terms:    []string{"BT-106", "BT-131"},
	Severity: Fatal,
	check: func(n *inspection) {
		sum := Decimal{}
		for _, line := range n.Lines {
			if !line.Net.Valid {
				return
			}
			sum = sum.Add(line.Net.Decimal)
		}
		n.equal(n.Totals.Lines, "BT-106", sum)
	},
}
