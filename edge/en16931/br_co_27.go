package en16931

var brCO27 = Rule{
	Name:     "BR-CO-27",
	Sentence: "An account to pay into is given by its IBAN or by another number, not by both.",
	Terms:    []string{"BT-84"},
	Severity: Warning,
	Remark:   "A warning, since the published artefacts dropped the rule while the text of the norm keeps it.",
	check: func(n *inspection) {
		for _, instruction := range n.PaymentInstructions {
			for _, account := range instruction.Accounts {
				if account.Other.Given() {
					n.found(account.Other.At, Value{"BT-84", account.Number.Value}, Value{"BT-84", account.Other.Value})
				}
			}
		}
	},
}
