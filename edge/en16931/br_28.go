package en16931

var br28 = Rule{
	Name:     "BR-28",
	Sentence: "The gross price of an item is not negative.",
	Terms:    []string{"BT-148"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			if line.GrossPrice.Valid && line.GrossPrice.Decimal.Sign() < 0 {
				n.found(line.GrossPrice.At, Value{"BT-148", line.GrossPrice.Value})
			}
		}
	},
}
