package en16931

var br16 = Rule{
	Name:     "BR-16",
	Sentence: "The invoice has at least one line.",
	Terms:    []string{"BG-25"},
	Severity: Fatal,
	check: func(n *inspection) {
		if len(n.Lines) == 0 {
			n.found(n.At)
		}
	},
}
