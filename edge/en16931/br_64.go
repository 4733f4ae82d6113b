package en16931

var br64 = Rule{
	Name:     "BR-64",
	Sentence: "The standard identifier of an item names its scheme.",
	Terms:    []string{"BT-157"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			if line.Standard != nil && line.Standard.Scheme == "" {
				n.found(line.Standard.At, Value{"BT-157", line.Standard.Value})
			}
		}
	},
}
