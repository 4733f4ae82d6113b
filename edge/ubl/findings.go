package ubl

import (
	"strings"

	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
)

// stated is the monetary total as the document states it.
type stated struct {
	index                                         int32
	lineExtension, taxExclusive, taxInclusive     amount
	allowance, charge, prepaid, rounding, payable amount
	tax                                           amount
	base                                          money.Minor // sum of the tax subtotals' bases
	baseKnown                                     bool
}

func (r *extraction) takeTotals(index int32) {
	s := &r.stated
	s.index = index
	s.lineExtension = r.amountAt(index, cbcLineExtensionAmount)
	s.taxExclusive = r.amountAt(index, cbcTaxExclusiveAmount)
	s.taxInclusive = r.amountAt(index, cbcTaxInclusiveAmount)
	s.allowance = r.amountAt(index, cbcAllowanceTotalAmount)
	s.charge = r.amountAt(index, cbcChargeTotalAmount)
	s.prepaid = r.amountAt(index, cbcPrepaidAmount)
	s.rounding = r.amountAt(index, cbcPayableRoundingAmount)
	s.payable = r.amountAt(index, cbcPayableAmount)
}

// conclude compares what the document says in several places.
func (r *extraction) conclude() {
	r.takeTaxes()
	if r.failed != nil {
		return
	}
	s, t := &r.stated, &r.document.Totals
	*t = trade.Totals{
		LineExtension: s.lineExtension.value, Allowance: s.allowance.value, Charge: s.charge.value, TaxExclusive: s.taxExclusive.value,
		Tax: s.tax.value, TaxInclusive: s.taxInclusive.value, Prepaid: s.prepaid.value, Rounding: s.rounding.value, Payable: s.payable.value,
	}
	r.compareTotals()
	r.judgeKind()
	r.judgeDates()
	r.judgeReferences()
	r.judgeParties()
}

// takeTaxes sums the tax totals in the document's currency. One in the currency of tax accounting is a repetition
// (EN 16931 BT-111), one in any other a finding.
func (r *extraction) takeTaxes() {
	s := &r.stated
	counted := 0
	s.baseKnown = true
	for _, index := range r.taxTotals {
		c := r.find(index, cbcTaxAmount)
		if currency := r.currencyOf(c); currency != r.document.Currency && r.taxCurrency != "" && currency.String() == r.taxCurrency {
			continue
		}
		tax := r.amount(c)
		if r.failed != nil {
			return
		}
		if !tax.usable() {
			s.tax.alien = true
			continue
		}
		counted++
		s.tax = amount{value: r.sum(s.tax.value, tax.value, c), index: c, alien: s.tax.alien}
		r.takeSubtotals(index, tax)
	}
	if counted != 1 || len(r.document.TaxSubtotals) == 0 {
		s.baseKnown = false
	}
}

// takeSubtotals reads the categories of one tax total, whose taxes add up to it (BR-CO-14).
func (r *extraction) takeSubtotals(index int32, tax amount) {
	s := &r.stated
	var total money.Minor
	count, comparable := 0, true
	for c := r.nodes[index].child; c != 0; c = r.nodes[c].next {
		if r.nodes[c].element != cacTaxSubtotal {
			continue
		}
		part, base := r.amountAt(c, cbcTaxAmount), r.amountAt(c, cbcTaxableAmount)
		count++
		comparable = comparable && part.usable()
		s.baseKnown = s.baseKnown && base.usable()
		total = r.sum(total, part.value, c)
		s.base = r.sum(s.base, base.value, c)
		category := r.find(c, cacTaxCategory)
		percent := r.textAt(category, cbcPercent)
		if percent == "" {
			percent = r.textAt(c, cbcPercent)
		}
		r.document.TaxSubtotals = append(r.document.TaxSubtotals, document.TaxSubtotal{
			Taxable: base.value, Tax: part.value, Scheme: r.textAt(category, cacTaxScheme, cbcID), Category: r.textAt(category, cbcID), Percent: percent,
		})
	}
	if r.failed == nil && count > 0 && comparable && total != tax.value {
		r.differs(trade.FindingTaxSum, tax.index, tax.value, total)
	}
}

func (r *extraction) differs(code string, index int32, stated, computed money.Minor) {
	currency := r.document.Currency
	r.finding(code, index, money.Format(stated, currency)+" stated, "+money.Format(computed, currency)+" computed")
}

// compareTotals checks EN 16931 BR-CO-10, -13, -15, -16 and the tax base, as far as the amounts are given. In OIOUBL 2 the
// element TaxExclusiveAmount holds the tax.
func (r *extraction) compareTotals() {
	s := &r.stated
	if s.index == 0 {
		return
	}
	claims := r.document.Type == trade.Invoice || r.document.Type == trade.CreditNote
	if s.lineExtension.usable() && !r.lineSumUnknown && len(r.document.Lines) > 0 && r.lineSum != s.lineExtension.value {
		r.differs(trade.FindingLineSum, s.lineExtension.index, s.lineExtension.value, r.lineSum)
	}
	// Single amounts are within a hundredth of 64 bits, so these few can be added.
	net := s.lineExtension.value - s.allowance.value + s.charge.value
	netKnown := s.lineExtension.usable() && s.allowance.absentOrUsable() && s.charge.absentOrUsable()
	if strings.HasPrefix(r.document.Customization, "OIOUBL-2") {
		if s.taxExclusive.usable() && !s.tax.alien && s.taxExclusive.value != s.tax.value {
			r.differs(trade.FindingTaxExclusive, s.taxExclusive.index, s.taxExclusive.value, s.tax.value)
		}
		r.document.Totals.TaxExclusive = net
		s.baseKnown = false // duties are taxed again
	} else if s.taxExclusive.usable() {
		if netKnown && s.taxExclusive.value != net {
			r.differs(trade.FindingTaxExclusive, s.taxExclusive.index, s.taxExclusive.value, net)
		}
		net, netKnown = s.taxExclusive.value, true
	}
	if claims && s.baseKnown && netKnown && s.base != net {
		r.findingAt(trade.FindingTaxBase, "TaxTotal/TaxSubtotal/TaxableAmount", money.Format(s.base, r.document.Currency)+" stated, "+
			money.Format(net, r.document.Currency)+" computed")
	}
	gross, grossKnown := net+s.tax.value, netKnown && !s.tax.alien && claims
	if s.taxInclusive.usable() {
		if grossKnown && s.taxInclusive.value != gross {
			r.differs(trade.FindingTaxInclusive, s.taxInclusive.index, s.taxInclusive.value, gross)
		}
		gross, grossKnown = s.taxInclusive.value, true
	}
	payable := gross - s.prepaid.value + s.rounding.value
	if grossKnown && s.prepaid.absentOrUsable() && s.rounding.absentOrUsable() && s.payable.usable() && s.payable.value != payable {
		r.differs(trade.FindingPayable, s.payable.index, s.payable.value, payable)
	}
	if s.payable.value < 0 {
		r.finding(trade.FindingNegative, s.payable.index, money.Format(s.payable.value, r.document.Currency))
	}
}

// judgeKind reads UNTDID 1001: 389 and 261 are self-billed, 384 corrects, 393 and 396 are factored.
func (r *extraction) judgeKind() {
	d := &r.document
	field := "InvoiceTypeCode"
	switch d.Type {
	case trade.Invoice:
	case trade.CreditNote:
		field = "CreditNoteTypeCode"
	default:
		return
	}
	switch d.TypeCode {
	case "389", "261":
		r.findingAt(trade.FindingSelfBilled, field, d.TypeCode)
	case "384":
		r.findingAt(trade.FindingCorrective, field, d.TypeCode)
	case "393", "396":
		r.findingAt(trade.FindingFactored, field, d.TypeCode)
	}
	if d.Payee != nil && !same(d.Payee, &d.Seller) {
		r.findingAt(trade.FindingFactored, "PayeeParty", "")
	}
}

func (r *extraction) judgeDates() {
	d := &r.document
	if d.Type == trade.Invoice && d.Due.IsZero() {
		r.findingAt(trade.FindingDueDate, "DueDate", "")
	}
	if !d.Due.IsZero() && d.Due < d.Issued {
		r.findingAt(trade.FindingDueDateEarly, "DueDate", d.Due.String()+" due, "+d.Issued.String()+" issued")
	}
}

func (r *extraction) judgeReferences() {
	d := &r.document
	if d.Number == "" {
		r.findingAt(trade.FindingNumber, "ID", "")
	}
	switch d.Type {
	case trade.OrderResponse, trade.DespatchAdvice, trade.ReceiptAdvice, trade.Invoice:
		if d.OrderNumber == "" && !r.orderOnLines {
			r.findingAt(trade.FindingReference, "OrderReference", "")
		}
	}
	if d.Type != trade.OrderResponse {
		if len(d.Lines) == 0 && d.Type != trade.OrderResponseSimple {
			r.findingAt(trade.FindingNoLines, "", "")
		}
		return
	}
	if d.AnswerCode == "" {
		d.Answer = answerOf(d.Lines)
	}
	if d.Answer == trade.AnswerNone {
		r.findingAt(trade.FindingAnswer, "OrderResponseCode", "")
	}
	if d.Answer == trade.AnswerAmended && len(d.Lines) == 0 {
		r.findingAt(trade.FindingNoLines, "OrderLine", "")
	}
}

// answerOf derives the answer of an order response without a code from the status of its lines (UNCL1229: 5 is accepted
// without change, 7 not accepted; 1, 2, 3 and 6 say that something changed).
func answerOf(lines []document.Line) trade.Answer {
	answer := trade.AnswerNone
	for i := range lines {
		line := trade.AnswerAmended
		switch lines[i].Status {
		case "5":
			line = trade.AnswerAccepted
		case "7":
			line = trade.AnswerRejected
		case "1", "2", "3", "6":
		default:
			return trade.AnswerNone
		}
		if answer != trade.AnswerNone && answer != line {
			line = trade.AnswerAmended
		}
		answer = line
	}
	return answer
}

func (r *extraction) judgeParties() {
	if !r.document.Seller.Identified() {
		r.findingAt(trade.FindingParty, sellerFields[r.document.Type], "")
	}
	if !r.document.Buyer.Identified() {
		r.findingAt(trade.FindingParty, buyerFields[r.document.Type], "")
	}
}

// Where each document is bound to name the two sides.
var (
	sellerFields = [...]string{
		trade.Order: "SellerSupplierParty", trade.OrderResponse: "SellerSupplierParty", trade.OrderResponseSimple: "SellerSupplierParty",
		trade.DespatchAdvice: "DespatchSupplierParty", trade.ReceiptAdvice: "DespatchSupplierParty",
		trade.Invoice: "AccountingSupplierParty", trade.CreditNote: "AccountingSupplierParty",
	}
	buyerFields = [...]string{
		trade.Order: "BuyerCustomerParty", trade.OrderResponse: "BuyerCustomerParty", trade.OrderResponseSimple: "BuyerCustomerParty",
		trade.DespatchAdvice: "DeliveryCustomerParty", trade.ReceiptAdvice: "DeliveryCustomerParty",
		trade.Invoice: "AccountingCustomerParty", trade.CreditNote: "AccountingCustomerParty",
	}
)
