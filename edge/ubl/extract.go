package ubl

import (
	"strings"

	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/extract"
	"millrace/edge/markup"
)

// extraction takes a Document from a tree that the schema allows.
type extraction struct {
	extract.Extraction
	taxCurrency string
	dueStated   bool
	notes       []string // of the terms of payment
	taxTotals   []int32
}

// extract reads the whole document, then compares its amounts.
func (r *extraction) extract() {
	d := &r.Document
	d.Type = trade.Type(r.Nodes[0].Element)
	r.takeCurrency()
	var sellers, buyers [3]int32 // by precedence
	lines := 0
	for c := r.Nodes[0].Child; c != 0; c = r.Nodes[c].Next {
		switch e := r.Nodes[c].Element; e {
		case cacSellerSupplierParty, cacDespatchSupplierParty, cacAccountingSupplierParty:
			sellers[precedence(d.Type, e)] = c
		case cacBuyerCustomerParty, cacDeliveryCustomerParty, cacAccountingCustomerParty:
			buyers[precedence(d.Type, e)] = c
		case cacOrderLine, cacDespatchLine, cacReceiptLine, cacInvoiceLine, cacCreditNoteLine:
			lines++
		default:
			r.takeHeader(c, e)
		}
	}
	d.PaymentTermsNote = strings.Join(r.notes, "\n")
	d.Seller = r.firstParty(sellers)
	d.Buyer = r.firstParty(buyers)
	if lines > 0 {
		d.Lines = make([]document.Line, 0, lines)
	}
	r.takeLines()
	if r.Failed == nil {
		r.conclude()
	}
}

// precedence ranks the parties that may stand for One side: an invoice is owed between the accounting parties, every
// other document belongs to a deal between seller and buyer, for whom those that send and receive goods may stand.
func precedence(kind trade.Type, e markup.Element) int {
	accounting := e == cacAccountingSupplierParty || e == cacAccountingCustomerParty
	moving := e == cacDespatchSupplierParty || e == cacDeliveryCustomerParty
	switch {
	case accounting == (kind == trade.Invoice || kind == trade.CreditNote):
		if moving {
			return 1
		}
		return 0
	case accounting:
		return 2
	}
	return 1
}

func (r *extraction) firstParty(candidates [3]int32) document.Party {
	for _, index := range candidates {
		if index != 0 {
			if party := r.counterparty(index); party.Name != "" || party.LegalName != "" || len(party.Identifiers) > 0 {
				return party
			}
		}
	}
	return document.Party{}
}

// takeCurrency finds the document's currency: as declared, else that of its payable amount, else of its first line.
func (r *extraction) takeCurrency() {
	if c := r.Find(0, cbcDocumentCurrencyCode); c != 0 {
		currency, ok := money.ParseCurrency(string(r.Raw(c)))
		if !ok {
			r.Fail(markup.CodeCurrencyUnknown, c)
		}
		r.Document.Currency = currency
		return
	}
	for _, total := range [...]markup.Element{cacLegalMonetaryTotal, cacAnticipatedMonetaryTotal} {
		if c := r.Find(0, total); c != 0 {
			r.Document.Currency = r.CurrencyOf(r.Find(c, cbcPayableAmount))
			return
		}
	}
	line := r.Find(0, cacOrderLine)
	if line == 0 {
		return
	}
	item := r.Find(line, cacLineItem)
	if c := r.Find(item, cbcLineExtensionAmount); c != 0 {
		r.Document.Currency = r.CurrencyOf(c)
	} else if price := r.Find(item, cacPrice); price != 0 {
		r.Document.Currency = r.CurrencyOf(r.Find(price, cbcPriceAmount))
	}
}

// takeHeader takes One child of the document.
func (r *extraction) takeHeader(c int32, e markup.Element) {
	d := &r.Document
	switch e {
	case cbcID:
		d.Number = r.TextOf(c)
	case cbcUUID:
		d.UUID = r.TextOf(c)
	case cbcIssueDate:
		d.Issued = r.Date(c)
	case cbcDueDate: // the schema puts it before means and terms of payment
		d.Due, r.dueStated = r.Date(c), true
	case cbcCustomizationID:
		d.Customization = r.TextOf(c)
	case cbcProfileID:
		d.Profile = r.TextOf(c)
	case cbcInvoiceTypeCode, cbcCreditNoteTypeCode, cbcOrderTypeCode:
		d.TypeCode = r.TextOf(c)
	case cbcTaxCurrencyCode:
		r.taxCurrency = r.TextOf(c)
	case cbcBuyerReference:
		d.BuyerReference = r.TextOf(c)
	case cbcSalesOrderID:
		d.SalesOrderNumber = r.TextOf(c)
	case cbcAcceptedIndicator, cbcOrderResponseCode:
		r.takeAnswer(c)
	case cacPayeeParty:
		payee := r.party(c)
		d.Payee = &payee
	case cacPaymentMeans, cacPaymentTerms:
		r.takePayment(c, e)
	case cacDelivery:
		r.takeDelivery(c)
	case cacTaxTotal:
		r.taxTotals = append(r.taxTotals, c)
	case cacLegalMonetaryTotal, cacAnticipatedMonetaryTotal:
		r.takeTotals(c)
	default:
		r.takeReference(c, e)
	}
}

func (r *extraction) takeReference(c int32, e markup.Element) {
	d := &r.Document
	switch e {
	case cacOrderReference:
		if d.OrderNumber == "" {
			d.OrderNumber = orderNumber(r.TextAt(c, cbcID))
		}
		if d.SalesOrderNumber == "" {
			d.SalesOrderNumber = r.TextAt(c, cbcSalesOrderID)
		}
	case cacContractDocumentReference, cacContract:
		if d.ContractNumber == "" {
			d.ContractNumber = r.TextAt(c, cbcID)
		}
	case cacDespatchDocumentReference:
		d.DespatchNumbers = append(d.DespatchNumbers, r.TextAt(c, cbcID))
	case cacReceiptDocumentReference:
		d.ReceiptNumbers = append(d.ReceiptNumbers, r.TextAt(c, cbcID))
	case cacBillingReference:
		for _, kind := range [...]markup.Element{cacInvoiceDocumentReference, cacSelfBilledInvoiceDocumentReference} {
			if number := r.TextAt(c, kind, cbcID); number != "" {
				d.InvoiceNumbers = append(d.InvoiceNumbers, number)
			}
		}
	}
}

// takeDelivery reads the last day on which an order asks for delivery, or on which its answer promises it.
func (r *extraction) takeDelivery(index int32) {
	d := &r.Document
	period := int32(0)
	switch d.Type {
	case trade.OrderResponse:
		if period = r.Find(index, cacPromisedDeliveryPeriod); period != 0 {
			break
		}
		fallthrough
	case trade.Order:
		period = r.Find(index, cacRequestedDeliveryPeriod)
	}
	if period == 0 {
		return
	}
	if end := r.Find(period, cbcEndDate); end != 0 {
		d.Delivery = max(d.Delivery, r.Date(end))
	}
}

// orderNumber leaves out the placeholder that Peppol prescribes where only the seller's order number is known.
func orderNumber(text string) string {
	if text == "NA" {
		return ""
	}
	return text
}

// takeAnswer reads AcceptedIndicator, or OrderResponseCode by UNCL4343.
func (r *extraction) takeAnswer(c int32) {
	text := r.TextOf(c)
	switch text {
	case "true", "1", "AP", "AA":
		r.Document.Answer = trade.AnswerAccepted
	case "CA", "AC":
		r.Document.Answer = trade.AnswerAmended
	case "false", "0", "RE":
		r.Document.Answer = trade.AnswerRejected
	}
	if r.Nodes[c].Element == cbcOrderResponseCode {
		r.Document.AnswerCode = text
	}
}

// takePayment reads means and terms of payment. Where the document itself states no due date, the latest of these counts.
func (r *extraction) takePayment(c int32, e markup.Element) {
	d := &r.Document
	for i := r.Nodes[c].Child; i != 0; i = r.Nodes[i].Next {
		switch r.Nodes[i].Element {
		case cbcPaymentDueDate, cbcInstallmentDueDate:
			if date := r.Date(i); !r.dueStated && date > d.Due {
				d.Due = date
			}
		case cbcPaymentID:
			if d.PaymentReference == "" && e == cacPaymentMeans {
				d.PaymentReference = r.TextOf(i)
			}
		case cbcNote:
			if note := r.TextOf(i); note != "" && e == cacPaymentTerms {
				r.notes = append(r.notes, note)
			}
		case cacPayeeFinancialAccount:
			r.takeAccount(i)
		case cacCreditAccount:
			d.PayeeAccounts = append(d.PayeeAccounts, document.Account{ID: r.TextAt(i, cbcAccountID)})
		}
	}
}

func (r *extraction) takeAccount(c int32) {
	account := document.Account{ID: r.TextAt(c, cbcID), Name: r.TextAt(c, cbcName)}
	account.IBAN = document.IBAN(account.ID)
	if branch := r.Find(c, cacFinancialInstitutionBranch); branch != 0 {
		if account.BIC = r.TextAt(branch, cacFinancialInstitution, cbcID); account.BIC == "" {
			account.BIC = r.TextAt(branch, cbcID)
		}
	}
	r.Document.PayeeAccounts = append(r.Document.PayeeAccounts, account)
}
