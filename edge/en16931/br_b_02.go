package en16931

var brB02 = Rule{
	Name:     "BR-B-02",
	Sentence: "An invoice with split payment holds nothing that is standard rated.",
	Terms:    []string{"BT-151", "BT-95", "BT-102", "BT-118"},
	Severity: Fatal,
	check: func(n *inspection) {
		at, split := n.used(splitPayment)
		_, standard := n.used(standardRated)
		if split && (standard || len(n.breakdowns(standardRated)) > 0) {
			n.found(at)
		}
	},
}
