package en16931

var brCO18 = Rule{
	Name:     "BR-CO-18",
	Sentence: "The invoice has a VAT breakdown.",
	Terms:    []string{"BG-23"},
	Severity: Fatal,
	check: func(n *inspection) {
		if len(n.Breakdowns) == 0 {
			n.found(n.At)
		}
	},
}
