package en16931

var br12 = Rule{
	Name:     "BR-12",
	Sentence: "The invoice gives the sum of its lines' net amounts.",
	Terms:    []string{"BT-106"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireNumber(n.Totals.Lines, n.At.or(n.Totals.At))
	},
}
