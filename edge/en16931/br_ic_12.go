package en16931

var brIC12 = Rule{
	Name:     "BR-IC-12",
	Sentence: "Where the VAT breakdown has an intra-community supply, the invoice says to which country goods or services went.",
	Terms:    []string{"BT-118", "BT-80"},
	Severity: Fatal,
	check: func(n *inspection) {
		supplies := n.breakdowns(intraCommunity)
		if len(supplies) > 0 && (n.Delivery.Address == nil || !n.Delivery.Address.Country.Given()) {
			n.found(supplies[0].At)
		}
	},
}
