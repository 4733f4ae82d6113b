package en16931

var brCL15 = Rule{
	Name:     "BR-CL-15",
	Sentence: "The country from which an item comes is a code of ISO 3166-1.",
	Terms:    []string{"BT-159"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireCode(line.Origin, countries)
		}
	},
}
