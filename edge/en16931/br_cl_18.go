package en16931

var brCL18 = Rule{
	Name:     "BR-CL-18",
	Sentence: "The VAT category of a line is a code of UNCL5305 that the norm allows.",
	Terms:    []string{"BT-151"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, line := range n.Lines {
			n.requireCode(line.Category.Code, vatCategories)
		}
	},
}
