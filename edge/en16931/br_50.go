package en16931

var br50 = Rule{
	Name:     "BR-50",
	Sentence: "Who asks for a credit transfer names the account.",
	Terms:    []string{"BT-84", "BG-17"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, instruction := range n.PaymentInstructions {
			for _, account := range instruction.Accounts {
				n.require(account.Number, instruction.At)
			}
		}
	},
}
