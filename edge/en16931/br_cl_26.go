package en16931

var brCL26 = Rule{
	Name:     "BR-CL-26",
	Sentence: "The scheme of the place to deliver to is listed in ISO 6523 (ICD).",
	Terms:    []string{"BT-71"},
	Severity: Fatal,
	check: func(n *inspection) {
		n.requireScheme(n.Delivery.Location, identifierSchemes)
	},
}
