package efapiao

import (
	"strconv"
	"strings"

	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
)

// takeTotals reads the lines and the totals and compares them: lines against TotalAmWithoutTax (EN 16931 BR-CO-10) and TotalTaxAm
// (BR-CO-14), both against the total (BR-CO-15). A red invoice's figures change their sign.
func (r *reading) takeTotals(basic, data *node, inclusive money.Minor) {
	exclusive, tax := r.child(basic, "TotalAmWithoutTax"), r.child(basic, "TotalTaxAm")
	t := trade.Totals{TaxExclusive: r.signed(r.amount(exclusive)), Tax: r.signed(r.tax(tax)), TaxInclusive: r.signed(inclusive)}
	if exclusive == nil || exclusive.text == "" {
		t.TaxExclusive = t.TaxInclusive - t.Tax
	}
	t.LineExtension, t.Payable = t.TaxExclusive, t.TaxInclusive
	r.document.Totals = t
	lines, taxes := r.takeLines(data)
	if r.failed != nil {
		return
	}
	field := func(name string) string { return "EInvoiceData/BasicInformation/" + name }
	if len(r.document.Lines) > 0 {
		r.compare(trade.FindingLineSum, field("TotalAmWithoutTax"), t.LineExtension, lines)
		r.compare(trade.FindingTaxSum, field("TotalTaxAm"), t.Tax, taxes)
	}
	r.compare(trade.FindingTaxInclusive, field("TotalTax-includedAmount"), t.TaxInclusive, t.TaxExclusive+t.Tax)
	if t.Payable < 0 {
		r.finding(trade.FindingNegative, field("TotalTax-includedAmount"), money.Format(t.Payable, yuan))
	}
}

func (r *reading) signed(value money.Minor) money.Minor {
	if r.red {
		return -value
	}
	return value
}

func (r *reading) compare(code, field string, stated, computed money.Minor) {
	if stated != computed {
		r.finding(code, field, money.Format(stated, yuan)+" stated, "+money.Format(computed, yuan)+" computed")
	}
}

// takeLines gives the sums of the lines' amounts and taxes.
func (r *reading) takeLines(data *node) (lines, taxes money.Minor) {
	d := &r.document
	for _, n := range data.children {
		if n.name != "IssuItemInformation" {
			continue
		}
		line, tax := r.line(n)
		line.Number = strconv.Itoa(len(d.Lines) + 1)
		d.Lines = append(d.Lines, line)
		lines, taxes = lines+line.Amount, taxes+tax // both within a hundredth of 64 bits before
		if beyond(lines) || beyond(taxes) {
			r.fail(codeAmountRange, n, "")
		}
		if r.failed != nil {
			return 0, 0
		}
		r.addSubtotal(r.textAt(n, "TaxRate"), line.Amount, tax)
	}
	return lines, taxes
}

func beyond(amount money.Minor) bool { return amount > money.MinorMax || amount < -money.MinorMax }

func (r *reading) line(n *node) (document.Line, money.Minor) {
	quantity, price := r.child(n, "Quantity"), r.child(n, "UnPrice")
	amount, tax := r.signed(r.amount(r.child(n, "Amount"))), r.signed(r.tax(r.child(n, "ComTaxAm")))
	line := document.Line{
		Item:   document.Item{Name: itemName(r.textAt(n, "ItemName")), Description: r.textAt(n, "SpecMod")},
		Unit:   r.textAt(n, "MeaUnits"),
		Amount: amount,
		Price:  trade.UnitPrice(r.scaled(price, trade.UnitPriceDigits, codePriceRange)),
	}
	line.Quantity = trade.Quantity(r.scaled(quantity, trade.QuantityDigits, codeQuantityRange))
	if r.red {
		line.Quantity = -line.Quantity
	}
	if r.failed != nil {
		return line, tax
	}
	detail := func(computed money.Minor) string {
		return "line " + strconv.Itoa(n.ordinal) + ": " + money.Format(amount, yuan) + " stated, " + money.Format(computed, yuan) + " computed"
	}
	if computed, ok := product(quantity, price); ok {
		if difference := r.signed(computed) - amount; difference > 1 || difference < -1 {
			r.finding(trade.FindingLineAmount, r.fieldOf(n)+"/Amount", detail(r.signed(computed)))
		}
	}
	if inclusive := r.child(n, "TotaltaxIncludedAmount"); inclusive != nil && inclusive.text != "" {
		if net := r.signed(r.amount(inclusive)) - tax; net != amount {
			r.finding(trade.FindingLineAmount, r.fieldOf(n)+"/TotaltaxIncludedAmount", detail(net))
		}
	}
	return line, tax
}

// itemName leaves out the short name of the tax category, which the platform puts before the goods: "*纸制品*复印纸".
func itemName(text string) string {
	if rest, found := strings.CutPrefix(text, "*"); found {
		if _, name, found := strings.Cut(rest, "*"); found && strings.TrimSpace(name) != "" {
			return strings.TrimSpace(name)
		}
	}
	return text
}

// addSubtotal sums the lines of one rate. A rate is written "0.13" or "13%"; exempt (免税) and untaxed (不征税) goods have the
// category that EN 16931 gives them.
func (r *reading) addSubtotal(rate string, taxable, tax money.Minor) {
	category, percent := "S", percentOf(rate)
	switch {
	case strings.Contains(rate, "免税"):
		category, percent = "E", "0"
	case strings.Contains(rate, "不征税"):
		category, percent = "O", ""
	case percent == "0":
		category = "Z"
	}
	key := [2]string{category, percent}
	if place, found := r.rates[key]; found {
		subtotal := &r.document.TaxSubtotals[place]
		subtotal.Taxable, subtotal.Tax = subtotal.Taxable+taxable, subtotal.Tax+tax
		return
	}
	r.rates[key] = len(r.document.TaxSubtotals)
	r.document.TaxSubtotals = append(r.document.TaxSubtotals, document.TaxSubtotal{
		Taxable: taxable, Tax: tax, Scheme: "VAT", Category: category, Percent: percent,
	})
}

// percentOf writes a rate as per cent without trailing zeros; what is no number stays as written.
func percentOf(rate string) string {
	text, digits := rate, 6
	if number, found := strings.CutSuffix(rate, "%"); found {
		text, digits = number, 4
	}
	parts, err := money.ParseScaled(text, digits) // parts per million
	if err != nil {
		return rate
	}
	return strings.TrimSuffix(strings.TrimRight(money.FormatScaled(parts, 4), "0"), ".")
}

// judge leaves what is to be said of the document as a whole.
func (r *reading) judge() {
	d := &r.document
	if len(d.Lines) == 0 {
		r.finding(trade.FindingNoLines, "EInvoiceData", "")
	}
	if d.Type != trade.Invoice {
		return
	}
	r.finding(trade.FindingDueDate, "", "")
	if d.OrderNumber == "" {
		r.finding(trade.FindingReference, "EInvoiceData/AdditionalInformation/Remark", "")
	}
}
