package en16931

var br03 = Rule{
	Name:     "BR-03",
	Sentence: "The invoice has the date on which it was issued.",
	Terms:    []string{"BT-2"},
	Severity: Fatal,
	check:    func(n *inspection) { n.require(n.IssueDate.Text, n.At) },
}
