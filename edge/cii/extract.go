package cii

import (
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/extract"
	"millrace/edge/markup"
)

// extraction takes a Document from a tree that the schema allows.
type extraction struct {
	extract.Extraction
	agreement, delivery, settlement int32
	taxCurrency                     string
	notes                           []string // of the terms of payment
	taxSum                          money.Minor
	taxSumUnknown                   bool
}

// Where things stand, as findings name them.
const (
	transactionField = "SupplyChainTradeTransaction/"
	agreementField   = transactionField + "ApplicableHeaderTradeAgreement/"
	settlementField  = transactionField + "ApplicableHeaderTradeSettlement/"
)

// demand finds what must be there, one element inside the other.
func (r *extraction) demand(index int32, names ...markup.Element) int32 {
	found := r.FindAt(index, names...)
	if found == 0 {
		r.FailMissing(index, names...)
	}
	return found
}

// extract reads the whole document, then compares its amounts.
func (r *extraction) extract() {
	r.takeHeader()
	transaction := r.demand(0, rsmSupplyChainTradeTransaction)
	r.agreement = r.demand(transaction, ramApplicableHeaderTradeAgreement)
	r.delivery = r.demand(transaction, ramApplicableHeaderTradeDelivery)
	r.settlement = r.demand(transaction, ramApplicableHeaderTradeSettlement)
	if r.Failed != nil {
		return
	}
	r.takeCurrency()
	r.takeAgreement()
	r.takeDelivery()
	r.takeSettlement()
	r.takeLines(transaction)
	if r.Failed == nil {
		r.conclude()
	}
}

func (r *extraction) takeHeader() {
	d := &r.Document
	context := r.Find(0, rsmExchangedDocumentContext)
	d.Customization = r.TextAt(context, ramGuidelineSpecifiedDocumentContextParameter, ramID)
	d.Profile = r.TextAt(context, ramBusinessProcessSpecifiedDocumentContextParameter, ramID)
	header := r.demand(0, rsmExchangedDocument)
	number, code := r.demand(header, ramID), r.demand(header, ramTypeCode)
	issued := r.demand(header, ramIssueDateTime)
	if r.Failed != nil {
		return
	}
	d.Number, d.TypeCode = r.TextOf(number), r.TextOf(code)
	d.Issued = r.moment(issued)
	switch kind, known := kinds[d.TypeCode]; {
	case known:
		d.Type = kind
	default:
		r.FailFor(reasonTypeCode, code)
	}
}

// kinds are the codes of UNTDID 1001 that EN 16931 admits, and 751, which German MINIMUM and BASIC WL documents carry.
var kinds = func() map[string]trade.Type {
	kinds := map[string]trade.Type{}
	for _, code := range strings.Fields(`71 80 82 84 102 130 202 203 204 211 218 219 295 325 326 331 380 382 383 384 385 386 387 388 389 390 393
		394 395 456 457 500 501 527 553 575 623 633 751 780 817 870 875 876 877 935`) {
		kinds[code] = trade.Invoice
	}
	for _, code := range strings.Fields("81 83 261 262 296 308 381 396 420 458 502 503 532") {
		kinds[code] = trade.CreditNote
	}
	return kinds
}()

// formats are those of UNTDID 2379 that begin with year, month and day, and the number of characters that each has at least.
var formats = map[string]int{"": 8, "102": 8, "203": 12, "204": 14, "205": 12}

// moment reads the day of a date or moment.
func (r *extraction) moment(index int32) calendar.Date {
	text := r.Find(index, udtDateTimeString)
	if text == 0 {
		text = r.Find(index, qdtDateTimeString)
	}
	if text == 0 {
		if c := r.Find(index, udtDateTime); c != 0 {
			return r.Date(c)
		}
		r.FailMissing(index, udtDateTimeString)
		return 0
	}
	length, known := formats[markup.Collapse(r.Attribute(text, "format"))]
	if !known {
		r.FailFor(reasonDateFormat, text)
		return 0
	}
	digits := string(r.Raw(text))
	if len(digits) < length || length == 8 && len(digits) > 8 {
		r.Fail(markup.CodeDateWrong, text)
		return 0
	}
	date, ok := calendar.Parse(digits[:4] + "-" + digits[4:6] + "-" + digits[6:8])
	if !ok {
		r.Fail(markup.CodeDateWrong, text)
	}
	return date
}

func (r *extraction) takeCurrency() {
	c := r.demand(r.settlement, ramInvoiceCurrencyCode)
	if c == 0 {
		return
	}
	currency, ok := money.ParseCurrency(string(r.Raw(c)))
	if !ok {
		r.Fail(markup.CodeCurrencyUnknown, c)
	}
	r.Document.Currency = currency
	r.taxCurrency = r.TextAt(r.settlement, ramTaxCurrencyCode)
}

func (r *extraction) takeAgreement() {
	d := &r.Document
	seller, buyer := r.demand(r.agreement, ramSellerTradeParty), r.demand(r.agreement, ramBuyerTradeParty)
	if r.Failed != nil {
		return
	}
	d.Seller, d.Buyer = r.party(seller), r.party(buyer)
	d.BuyerReference = r.TextAt(r.agreement, ramBuyerReference)
	d.OrderNumber = r.TextAt(r.agreement, ramBuyerOrderReferencedDocument, ramIssuerAssignedID)
	d.SalesOrderNumber = r.TextAt(r.agreement, ramSellerOrderReferencedDocument, ramIssuerAssignedID)
	d.ContractNumber = r.TextAt(r.agreement, ramContractReferencedDocument, ramIssuerAssignedID)
}

func (r *extraction) takeDelivery() {
	d := &r.Document
	for _, kind := range [...]markup.Element{ramDespatchAdviceReferencedDocument, ramDeliveryNoteReferencedDocument} {
		if number := r.TextAt(r.delivery, kind, ramIssuerAssignedID); number != "" {
			d.DespatchNumbers = append(d.DespatchNumbers, number)
		}
	}
	if number := r.TextAt(r.delivery, ramReceivingAdviceReferencedDocument, ramIssuerAssignedID); number != "" {
		d.ReceiptNumbers = append(d.ReceiptNumbers, number)
	}
}

func (r *extraction) takeSettlement() {
	d := &r.Document
	r.Stated.BaseKnown = true
	for c := r.Nodes[r.settlement].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case ramPaymentReference:
			if d.PaymentReference == "" {
				d.PaymentReference = r.TextOf(c)
			}
		case ramPayeeTradeParty:
			payee := r.party(c)
			if payee.Name == "" { // BT-59 is the name by which the payee is known
				payee.Name, payee.LegalName = payee.LegalName, ""
			}
			d.Payee = &payee
		case ramSpecifiedTradeSettlementPaymentMeans:
			r.takeMeans(c)
		case ramSpecifiedTradePaymentTerms:
			r.takeTerms(c)
		case ramApplicableTradeTax:
			r.takeTax(c)
		case ramInvoiceReferencedDocument:
			if number := r.TextAt(c, ramIssuerAssignedID); number != "" {
				d.InvoiceNumbers = append(d.InvoiceNumbers, number)
			}
		case ramFactoringAgreementReferencedDocument, ramFactoringListReferencedDocument:
			r.Finding(trade.FindingFactored, c, "")
		}
	}
	d.PaymentTermsNote = strings.Join(r.notes, "\n")
	if len(d.InvoiceNumbers) > 0 {
		d.InvoiceNumber = d.InvoiceNumbers[0]
	}
	r.takeTotals()
}

// takeTerms reads terms of payment; of several due dates the latest counts.
func (r *extraction) takeTerms(index int32) {
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case ramDescription:
			if note := r.TextOf(c); note != "" {
				r.notes = append(r.notes, note)
			}
		case ramDueDateDateTime:
			r.Document.Due = max(r.Document.Due, r.moment(c))
		}
	}
}

func (r *extraction) takeMeans(index int32) {
	institution := r.Find(index, ramPayeeSpecifiedCreditorFinancialInstitution)
	bic := ""
	if institution != 0 {
		bic = r.TextAt(institution, ramBICID)
	}
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		if r.Nodes[c].Element != ramPayeePartyCreditorFinancialAccount {
			continue
		}
		account := document.Account{ID: r.TextAt(c, ramIBANID), BIC: bic, Name: r.TextAt(c, ramAccountName)}
		if account.ID == "" {
			account.ID = r.TextAt(c, ramProprietaryID)
		}
		account.IBAN = document.IBAN(account.ID)
		r.Document.PayeeAccounts = append(r.Document.PayeeAccounts, account)
	}
}

// stated reads an amount that may be repeated in other currencies: the one in the document's, else the first. One in the currency of
// tax accounting is a repetition (EN 16931 BT-111) and counts as absent.
func (r *extraction) stated(parent int32, e markup.Element) extract.Amount {
	first := int32(0)
	for c := r.Nodes[parent].Child; c != 0; c = r.Nodes[c].Next {
		if r.Nodes[c].Element != e {
			continue
		}
		currency := r.CurrencyOf(c)
		if currency == r.Document.Currency {
			return r.Amount(c)
		}
		if first == 0 && (r.taxCurrency == "" || currency.String() != r.taxCurrency) {
			first = c
		}
	}
	return r.Amount(first)
}

func (r *extraction) takeTotals() {
	index := r.demand(r.settlement, ramSpecifiedTradeSettlementHeaderMonetarySummation)
	if index == 0 || r.demand(index, ramDuePayableAmount) == 0 {
		return
	}
	s := &r.Stated
	s.Index = index
	s.LineExtension = r.stated(index, ramLineTotalAmount)
	s.Charge = r.stated(index, ramChargeTotalAmount)
	s.Allowance = r.stated(index, ramAllowanceTotalAmount)
	s.TaxExclusive = r.stated(index, ramTaxBasisTotalAmount)
	s.Rounding = r.stated(index, ramRoundingAmount)
	s.TaxInclusive = r.stated(index, ramGrandTotalAmount)
	s.Prepaid = r.stated(index, ramTotalPrepaidAmount)
	s.Payable = r.stated(index, ramDuePayableAmount)
	s.Tax = r.stated(index, ramTaxTotalAmount)
}

// takeTax reads the tax of one category.
func (r *extraction) takeTax(index int32) {
	part, base := r.stated(index, ramCalculatedAmount), r.stated(index, ramBasisAmount)
	s := &r.Stated
	s.BaseKnown = s.BaseKnown && base.Usable()
	s.Base = r.Sum(s.Base, base.Value, index)
	r.Document.TaxSubtotals = append(r.Document.TaxSubtotals, document.TaxSubtotal{
		Taxable: base.Value, Tax: part.Value, Scheme: r.TextAt(index, ramTypeCode), Category: r.TextAt(index, ramCategoryCode),
		Percent: r.TextAt(index, ramRateApplicablePercent),
	})
	r.taxSum = r.Sum(r.taxSum, part.Value, index)
	r.taxSumUnknown = r.taxSumUnknown || !part.Usable()
}

// conclude compares what the document says in several places.
func (r *extraction) conclude() {
	d, s := &r.Document, &r.Stated
	s.BaseField = settlementField + "ApplicableTradeTax/BasisAmount"
	s.BaseKnown = s.BaseKnown && len(d.TaxSubtotals) > 0
	switch {
	case len(d.TaxSubtotals) == 0 || r.taxSumUnknown || s.Tax.Alien:
	case s.Tax.Index == 0: // the total of the tax may be left out
		s.Tax.Value = r.taxSum
	case s.Tax.Value != r.taxSum:
		r.Differs(trade.FindingTaxSum, s.Tax.Index, s.Tax.Value, r.taxSum)
	}
	s.PrepaidUnstated = strings.HasSuffix(strings.ToLower(d.Customization), ":minimum") // it states four amounts only
	d.Totals = s.Totals()
	r.CompareTotals()
	r.JudgeKind("ExchangedDocument/TypeCode", settlementField+"PayeeTradeParty")
	r.JudgeDates(settlementField + "SpecifiedTradePaymentTerms/DueDateDateTime")
	if d.Number == "" {
		r.FindingAt(trade.FindingNumber, "ExchangedDocument/ID", "")
	}
	if d.Type == trade.Invoice && d.OrderNumber == "" && !r.OrderOnLines {
		r.FindingAt(trade.FindingReference, agreementField+"BuyerOrderReferencedDocument/IssuerAssignedID", "")
	}
	if len(d.Lines) == 0 {
		r.FindingAt(trade.FindingNoLines, transactionField+"IncludedSupplyChainTradeLineItem", "")
	}
	r.JudgeParties(agreementField+"SellerTradeParty", agreementField+"BuyerTradeParty")
}
