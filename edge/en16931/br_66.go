package en16931

var br66 = Rule{
	Name:     "BR-66",
	Sentence: "The invoice names at most one payment card.",
	Terms:    []string{"BG-18", "BT-87"},
	Severity: Fatal,
	check: func(n *inspection) {
		cards := 0
		for _, instruction := range n.PaymentInstructions {
			for _, card := range instruction.Cards {
				if cards++; cards > 1 {
					n.found(card.At)
				}
			}
		}
	},
}
