package en16931

var brIC11 = Rule{
	Name:     "BR-IC-11",
	Sentence: "Where the VAT breakdown has an intra-community supply, the invoice gives the day of delivery or the invoicing period.",
	Terms:    []string{"BT-118", "BT-72", "BG-14"},
	Severity: Fatal,
	check: func(n *inspection) {
		supplies := n.breakdowns(intraCommunity)
		if len(supplies) > 0 && !n.Delivery.Date.Given() && (n.Period == nil || !n.Period.Start.Given() && !n.Period.End.Given()) {
			n.found(supplies[0].At)
		}
	},
}
