package en16931

var brCL21 = Rule{
	Name:     "BR-CL-21",
	Sentence: "The scheme of an item's standard identifier is listed in ISO 6523 (ICD).",
	Terms:    []string{"BT-157"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			if line.Standard != nil {
				n.requireScheme(*line.Standard, identifierSchemes)
			}
		}
	},
}
