package en16931

var brCL13 = Rule{
	Name:     "BR-CL-13",
	Sentence: "The scheme of an item's classification is listed in UNTDID 7143.",
	Terms:    []string{"BT-158"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			for _, classification := range line.Classifications {
				n.requireScheme(classification, classificationSchemes)
			}
		}
	},
}
