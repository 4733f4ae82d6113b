package en16931

var br65 = Rule{
	Name:     "BR-65",
	Sentence: "The classification of an item names its scheme.",
	Terms:    []string{"BT-158"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			for _, classification := range line.Classifications {
				if classification.Scheme == "" {
					n.found(classification.At, Value{"BT-158", classification.Value})
				}
			}
		}
	},
}
