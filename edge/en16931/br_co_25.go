package en16931

var brCO25 = Rule{
	Name:     "BR-CO-25",
	Sentence: "An invoice with an amount to be paid says when it is due, by a date or by its payment terms.",
	Terms:    []string{"BT-115", "BT-9", "BT-20"},
	Severity: Warning,
	Remark:   "A warning, since the published artefacts dropped the rule while the text of the norm keeps it.",
	check: func(n *inspection) {
		due := n.Totals.Due
		if !n.CreditNote && due.Valid && due.Decimal.Sign() > 0 && !n.DueDate.Given() && !n.PaymentTerms.Given() {
			n.found(due.At, Value{"BT-115", due.Value})
		}
	},
}
