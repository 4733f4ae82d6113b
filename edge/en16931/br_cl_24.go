package en16931

var brCL24 = Rule{
	Name:     "BR-CL-24",
	Sentence: "An attached document is of a media type that the norm allows.",
	Terms:    []string{"BT-125"},
	Severity: Fatal,
	check: func(n *inspection) {
		for _, document := range n.Documents {
			n.requireCode(document.MIME, mediaTypes)
		}
	},
}
