package ubl

import (
	"strings"

	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/extract"
)

func (r *extraction) takeTotals(index int32) {
	s := &r.Stated
	s.Index = index
	s.LineExtension = r.AmountAt(index, cbcLineExtensionAmount)
	s.TaxExclusive = r.AmountAt(index, cbcTaxExclusiveAmount)
	s.TaxInclusive = r.AmountAt(index, cbcTaxInclusiveAmount)
	s.Allowance = r.AmountAt(index, cbcAllowanceTotalAmount)
	s.Charge = r.AmountAt(index, cbcChargeTotalAmount)
	s.Prepaid = r.AmountAt(index, cbcPrepaidAmount)
	s.Rounding = r.AmountAt(index, cbcPayableRoundingAmount)
	s.Payable = r.AmountAt(index, cbcPayableAmount)
}

// conclude compares what the document says in several places.
func (r *extraction) conclude() {
	r.takeTaxes()
	if r.Failed != nil {
		return
	}
	s := &r.Stated
	s.BaseField = "TaxTotal/TaxSubtotal/TaxableAmount"
	s.ExclusiveIsTax = strings.HasPrefix(r.Document.Customization, "OIOUBL-2")
	r.Document.Totals = s.Totals()
	r.CompareTotals()
	switch r.Document.Type {
	case trade.Invoice:
		r.JudgeKind("InvoiceTypeCode", "PayeeParty")
	case trade.CreditNote:
		r.JudgeKind("CreditNoteTypeCode", "PayeeParty")
	}
	r.JudgeDates("DueDate")
	r.judgeReferences()
	r.JudgeParties(sellerFields[r.Document.Type], buyerFields[r.Document.Type])
}

// takeTaxes sums the tax totals in the document's currency. One in the currency of tax accounting is a repetition
// (EN 16931 BT-111), one in any other a finding.
func (r *extraction) takeTaxes() {
	s := &r.Stated
	counted := 0
	s.BaseKnown = true
	for _, index := range r.taxTotals {
		c := r.Find(index, cbcTaxAmount)
		if currency := r.CurrencyOf(c); currency != r.Document.Currency && r.taxCurrency != "" && currency.String() == r.taxCurrency {
			continue
		}
		tax := r.Amount(c)
		if r.Failed != nil {
			return
		}
		if !tax.Usable() {
			s.Tax.Alien = true
			continue
		}
		counted++
		s.Tax = extract.Amount{Value: r.Sum(s.Tax.Value, tax.Value, c), Index: c, Alien: s.Tax.Alien}
		r.takeSubtotals(index, tax)
	}
	if counted != 1 || len(r.Document.TaxSubtotals) == 0 {
		s.BaseKnown = false
	}
}

// takeSubtotals reads the categories of one tax total, whose taxes add up to it (BR-CO-14).
func (r *extraction) takeSubtotals(index int32, tax extract.Amount) {
	s := &r.Stated
	var total money.Minor
	count, comparable := 0, true
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		if r.Nodes[c].Element != cacTaxSubtotal {
			continue
		}
		part, base := r.AmountAt(c, cbcTaxAmount), r.AmountAt(c, cbcTaxableAmount)
		count++
		comparable = comparable && part.Usable()
		s.BaseKnown = s.BaseKnown && base.Usable()
		total = r.Sum(total, part.Value, c)
		s.Base = r.Sum(s.Base, base.Value, c)
		category := r.Find(c, cacTaxCategory)
		percent := r.TextAt(category, cbcPercent)
		if percent == "" {
			percent = r.TextAt(c, cbcPercent)
		}
		r.Document.TaxSubtotals = append(r.Document.TaxSubtotals, document.TaxSubtotal{
			Taxable: base.Value, Tax: part.Value, Scheme: r.TextAt(category, cacTaxScheme, cbcID), Category: r.TextAt(category, cbcID), Percent: percent,
		})
	}
	if r.Failed == nil && count > 0 && comparable && total != tax.Value {
		r.Differs(trade.FindingTaxSum, tax.Index, tax.Value, total)
	}
}

func (r *extraction) judgeReferences() {
	d := &r.Document
	if d.Number == "" {
		r.FindingAt(trade.FindingNumber, "ID", "")
	}
	switch d.Type {
	case trade.OrderResponse, trade.DespatchAdvice, trade.ReceiptAdvice, trade.Invoice:
		if d.OrderNumber == "" && !r.OrderOnLines {
			r.FindingAt(trade.FindingReference, "OrderReference", "")
		}
	}
	if d.Type != trade.OrderResponse {
		if len(d.Lines) == 0 && d.Type != trade.OrderResponseSimple {
			r.FindingAt(trade.FindingNoLines, "", "")
		}
		return
	}
	if d.AnswerCode == "" {
		d.Answer = answerOf(d.Lines)
	}
	if d.Answer == trade.AnswerNone {
		r.FindingAt(trade.FindingAnswer, "OrderResponseCode", "")
	}
	if d.Answer == trade.AnswerAmended && len(d.Lines) == 0 {
		r.FindingAt(trade.FindingNoLines, "OrderLine", "")
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
