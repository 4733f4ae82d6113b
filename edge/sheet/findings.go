package sheet

import (
	"math/big"
	"slices"
	"strconv"

	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
)

// Type codes of UNTDID 1001 that invoices and credit notes can have in EN 16931.
var (
	creditCodes    = []string{"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"}
	selfBilled     = []string{"389", "261"}
	factored       = []string{"393", "396"}
	correctiveCode = "384"
)

// conclude completes the document and compares what it says in several places.
func (a *assembly) conclude() {
	d := a.document
	a.complete()
	a.judgeTypeCode()
	if len(a.errors) > 0 {
		return
	}
	a.compareTotals()
	for i := range d.Lines {
		a.compareLine(i)
	}
	if d.Type == trade.Invoice && d.Due.IsZero() {
		a.finding(trade.FindingDueDate, "due", "")
	}
	if !d.Due.IsZero() && d.Due < d.Issued {
		a.finding(trade.FindingDueDateEarly, "due", d.Due.String()+" due, "+d.Issued.String()+" issued")
	}
	switch d.Type {
	case trade.OrderResponse, trade.DespatchAdvice, trade.ReceiptAdvice, trade.Invoice:
		if d.OrderNumber == "" && !slices.ContainsFunc(d.Lines, func(l document.Line) bool { return l.OrderNumber != "" }) {
			a.finding(trade.FindingReference, "order_number", "")
		}
	}
	if len(d.Lines) == 0 && d.Type != trade.OrderResponseSimple && (d.Type != trade.OrderResponse || d.Answer == trade.AnswerAmended) {
		a.finding(trade.FindingNoLines, "", "")
	}
	if !d.Seller.Identified() {
		a.finding(trade.FindingParty, "seller.identifier", "")
	}
	if !d.Buyer.Identified() {
		a.finding(trade.FindingParty, "buyer.identifier", "")
	}
	d.Findings = a.findings
}

// complete fills what follows from the rest.
func (a *assembly) complete() {
	d := a.document
	t := &d.Totals
	if !a.given["payable"] && a.given["tax_inclusive"] {
		t.Payable = t.TaxInclusive - t.Prepaid + t.Rounding
	}
	if d.InvoiceNumber != "" {
		d.InvoiceNumbers = []string{d.InvoiceNumber}
	}
	if d.Type == trade.Order {
		d.OrderNumber = d.Number
		return
	}
	if d.OrderNumber != "" {
		return
	}
	for i := range d.Lines { // when only the lines name one, theirs if they agree
		switch number := d.Lines[i].OrderNumber; {
		case number == "":
		case d.OrderNumber == "":
			d.OrderNumber = number
		case d.OrderNumber != number:
			d.OrderNumber = ""
			return
		}
	}
}

// judgeTypeCode refuses a credit note among invoices and the reverse, and reads what codes say.
func (a *assembly) judgeTypeCode() {
	d := a.document
	if !claims.has(d.Type) {
		return
	}
	if d.TypeCode == "" {
		d.TypeCode = map[trade.Type]string{trade.Invoice: "380", trade.CreditNote: "381"}[d.Type]
	}
	if slices.Contains(creditCodes, d.TypeCode) != (d.Type == trade.CreditNote) {
		place := a.missing(a.rows[0].number, "type_code")
		a.errors = append(a.errors, failure(codeTypeCodeWrong, place.Line, place.Field, d.TypeCode))
	}
	switch {
	case slices.Contains(selfBilled, d.TypeCode):
		a.finding(trade.FindingSelfBilled, "type_code", d.TypeCode)
	case slices.Contains(factored, d.TypeCode):
		a.finding(trade.FindingFactored, "type_code", d.TypeCode)
	case d.TypeCode == correctiveCode:
		a.finding(trade.FindingCorrective, "type_code", d.TypeCode)
	}
}

// compareTotals checks EN 16931 BR-CO-10, -13, -15 and -16 as far as the amounts are given; a table without columns for allowances,
// charges, prepaid amounts and rounding has none of them.
func (a *assembly) compareTotals() {
	d := a.document
	t := &d.Totals
	both := func(one, other string) bool { return a.given[one] && a.given[other] }
	if a.given["line_extension"] && len(d.Lines) > 0 && !slices.Contains(a.amounts, false) {
		if sum, ok := sumOf(d.Lines); ok {
			a.compare(trade.FindingLineSum, "line_extension", t.LineExtension, sum)
		} else {
			a.finding(trade.FindingLineSum, "line_extension", "the lines add up to no amount")
		}
	}
	if both("line_extension", "tax_exclusive") {
		a.compare(trade.FindingTaxExclusive, "tax_exclusive", t.TaxExclusive, t.LineExtension-t.Allowance+t.Charge)
	}
	if both("tax_exclusive", "tax") {
		switch {
		case a.given["tax_inclusive"]:
			a.compare(trade.FindingTaxInclusive, "tax_inclusive", t.TaxInclusive, t.TaxExclusive+t.Tax)
		case a.given["payable"]:
			a.compare(trade.FindingPayable, "payable", t.Payable, t.TaxExclusive+t.Tax-t.Prepaid+t.Rounding)
		}
	}
	if both("tax_inclusive", "payable") {
		a.compare(trade.FindingPayable, "payable", t.Payable, t.TaxInclusive-t.Prepaid+t.Rounding)
	}
	if t.Payable < 0 {
		a.finding(trade.FindingNegative, "payable", money.Format(t.Payable, d.Currency))
	}
}

func (a *assembly) compare(code, field string, stated, computed money.Minor) {
	if stated != computed {
		currency := a.document.Currency
		a.finding(code, field, money.Format(stated, currency)+" stated, "+money.Format(computed, currency)+" computed")
	}
}

// sumOf adds the lines' amounts; ok is false beyond the bound of an amount.
func sumOf(lines []document.Line) (sum money.Minor, ok bool) {
	for i := range lines {
		sum += lines[i].Amount // both within a hundredth of 64 bits
		if sum > money.MinorMax || sum < -money.MinorMax {
			return 0, false
		}
	}
	return sum, true
}

// compareLine checks quantity * price against the amount, half up, within one minor unit.
func (a *assembly) compareLine(index int) {
	l := &a.document.Lines[index]
	if l.Quantity == 0 || l.Price == 0 || !a.amounts[index] {
		return
	}
	digits := a.document.Currency.Digits()
	product := new(big.Int).Mul(big.NewInt(int64(l.Quantity)), big.NewInt(int64(l.Price)))
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(trade.QuantityDigits+trade.UnitPriceDigits-digits)), nil)
	half := new(big.Int).Quo(unit, big.NewInt(2))
	if product.Sign() < 0 {
		half.Neg(half)
	}
	computed := product.Add(product, half).Quo(product, unit)
	difference := new(big.Int).Sub(computed, big.NewInt(int64(l.Amount)))
	if difference.CmpAbs(big.NewInt(1)) <= 0 {
		return
	}
	detail := "line " + strconv.Itoa(index+1) + ": " + money.Format(l.Amount, a.document.Currency) + " stated"
	if computed.IsInt64() {
		detail += ", " + money.Format(money.Minor(computed.Int64()), a.document.Currency) + " computed"
	}
	a.finding(trade.FindingLineAmount, "line.amount", detail)
}
