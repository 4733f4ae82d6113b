package en16931

var br03 = Rule{
	Name:     "BR-03",
	Sentence: "The invoice has the date on which it was issued.",
	Terms:    []string{"BT-2"},
	Severity: Fatal,
	check: func(n *inspection) {
		if !n.IssueDate.Valid {
			n.found(n.At.or(n.IssueDate.At), Value{"BT-2", n.IssueDate.Value})
		}
	},
}
