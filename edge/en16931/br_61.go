package en16931

import "slices"

var br61 = Rule{
	Name:     "BR-61",
	Sentence: "Who asks for a credit transfer, in SEPA or elsewhere, gives an account to pay into.",
	Terms:    []string{"BT-84", "BT-81"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, instruction := range n.PaymentInstructions {
			code := instruction.MeansCode.Value
			if (code == "30" || code == "58") && !slices.ContainsFunc(instruction.Accounts, func(a Account) bool { return a.Number.Given() }) {
				n.found(instruction.At, Value{"BT-81", code})
			}
		}
	},
}
