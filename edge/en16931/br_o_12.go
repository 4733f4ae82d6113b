package en16931

var brO12 = Rule{
	Name:     "BR-O-12",
	Sentence: "Where the VAT breakdown has what is not subject to VAT, no line has another category.",
	Terms:    []string{"BG-25", "BT-118", "BT-151"},
	Severity: Fatal,
	check: func(n *inspection) {
		if len(n.breakdowns(outsideScope)) == 0 {
			return
		}
		for _, line := range n.Lines {
			if line.Category.VAT() && !line.Category.Is(outsideScope) {
				n.found(line.At, Value{"BT-151", line.Category.Code.Value})
			}
		}
	},
}
