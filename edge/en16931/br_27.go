package en16931

var br27 = Rule{
	Name:     "BR-27",
	Sentence: "The net price of an item is not negative.",
	Terms:    []string{"BT-146"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			if line.NetPrice.Valid && line.NetPrice.Decimal.Sign() < 0 {
				n.found(line.NetPrice.At, Value{"BT-146", line.NetPrice.Value})
			}
		}
	},
}
