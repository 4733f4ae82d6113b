package en16931

import "strconv"

var brCO15 = Rule{
	Name:     "BR-CO-15",
	Sentence: "The total with VAT is the total without VAT plus the one VAT total in the currency of the invoice.",
	Terms:    []string{"BT-112", "BT-109", "BT-110"},
	Severity: Fatal,
	check: func(n *inspection) {
		if !n.Currency.Given() {
			return
		}
		total, found := n.VATTotal()
		if found > 1 {
			n.found(total.At, Value{"VAT totals in " + n.Currency.Value, strconv.Itoa(found)})
			return
		}
		if n.Totals.WithoutVAT.Valid && total.optional() {
			n.equal(n.Totals.WithVAT, "BT-112", n.Totals.WithoutVAT.Decimal.Add(total.Decimal))
		}
	},
}
