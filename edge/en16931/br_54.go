package en16931

var br54 = Rule{
	Name:     "BR-54",
	Sentence: "Each attribute of an item has a name and a value.",
	Terms:    []string{"BG-32", "BT-160", "BT-161"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			for _, attribute := range line.Attributes {
				if !attribute.Name.Given() || !attribute.Value.Given() {
					n.found(attribute.At)
				}
			}
		}
	},
}
