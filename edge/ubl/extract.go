package ubl

import (
	"errors"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
)

// extraction takes a Document from a tree that the schema allows.
type extraction struct {
	*tree
	document       document.Document
	failed         *document.Error
	taxCurrency    string
	dueStated      bool
	notes          []string // of the terms of payment
	stated         stated
	taxTotals      []int32
	lineSum        money.Minor
	lineSumUnknown bool // a line has no amount in the document's currency
	orderOnLines   bool // a line names an order
	severalOrders  bool // lines name different orders
}

// fail keeps the first error that extraction meets.
func (r *extraction) fail(code string, index int32) {
	if r.failed == nil {
		r.at = index
		r.failed = r.place(failure(code, r.scan.input, int(r.nodes[index].offset), trim(r.nodes[index].text)))
	}
}

// find returns the first child of that name; 0 when there is none.
func (t *tree) find(index int32, e element) int32 {
	for c := t.nodes[index].child; c != 0; c = t.nodes[c].next {
		if t.nodes[c].element == e {
			return c
		}
	}
	return 0
}

// textOf returns an element's text with each run of white space made one blank; "" for index 0.
func (t *tree) textOf(index int32) string {
	if index == 0 {
		return ""
	}
	return collapse(t.nodes[index].text)
}

// textAt follows names down from index and returns the text there.
func (t *tree) textAt(index int32, names ...element) string {
	for _, e := range names {
		if index = t.find(index, e); index == 0 {
			return ""
		}
	}
	return t.textOf(index)
}

func collapse(text []byte) string {
	text = trim(text)
	for i, c := range text {
		if class[c]&classSpace != 0 && (c != ' ' || class[text[i+1]]&classSpace != 0) {
			return strings.Join(strings.FieldsFunc(string(text), func(r rune) bool {
				return r == ' ' || r == '\t' || r == '\n' || r == '\r'
			}), " ")
		}
	}
	return string(text)
}

// date reads an element whose text the schema has checked; a zone is left aside.
func (r *extraction) date(index int32) calendar.Date {
	text := trim(r.nodes[index].text)
	date, ok := calendar.Parse(string(text[:min(len(text), 10)]))
	if !ok {
		r.fail(codeDateRange, index)
	}
	return date
}

// findingsMax bounds the findings of one code on one document.
const findingsMax = 20

// finding adds a finding about the element at index.
func (r *extraction) finding(code string, index int32, detail string) {
	r.findingAt(code, r.fieldPath(index), detail)
}

func (r *extraction) findingAt(code, field, detail string) {
	count := 0
	for i := range r.document.Findings {
		if f := &r.document.Findings[i]; f.Code == code {
			if f.Field == field && f.Detail == detail {
				return
			}
			count++
		}
	}
	if count < findingsMax {
		r.document.Findings = append(r.document.Findings, trade.Finding{Code: code, Field: field, Detail: detail})
	}
}

// fieldPath prints "InvoiceLine[3]/Price/PriceAmount": no prefixes and no root.
func (r *extraction) fieldPath(index int32) string {
	path := ""
	for ; index != 0; index = r.nodes[index].parent {
		n := &r.nodes[index]
		part := schemaElements[n.element].local
		if n.ordinal > 1 || n.next != 0 && r.nodes[n.next].element == n.element {
			part += "[" + decimal(int(n.ordinal)) + "]"
		}
		if path != "" {
			part += "/" + path
		}
		path = part
	}
	return path
}

// amount is an amount as an element states it.
type amount struct {
	value money.Minor
	index int32 // the element; 0 when there is none
	alien bool  // in another currency than the document; then value is 0
}

func (a amount) usable() bool { return a.index != 0 && !a.alien }

// absentOrUsable tells that the amount can be counted: as stated, or as 0 when it is not given.
func (a amount) absentOrUsable() bool { return !a.alien }

// currencyOf reads an amount's currencyID.
func (r *extraction) currencyOf(index int32) money.Currency {
	code := trim(r.attribute(index, "currencyID"))
	currency, ok := money.ParseCurrency(string(code))
	if !ok && r.failed == nil {
		r.at = index
		err := failure(codeCurrencyUnknown, r.scan.input, int(r.nodes[index].offset), code)
		err.Field = "@currencyID"
		r.failed = r.place(err)
	}
	return currency
}

// amount reads an amount of the document's currency.
func (r *extraction) amount(index int32) amount {
	if index == 0 || r.failed != nil {
		return amount{}
	}
	if r.currencyOf(index) != r.document.Currency {
		if r.failed == nil {
			r.finding(trade.FindingTwoCurrencies, index, "")
		}
		return amount{index: index, alien: true}
	}
	text := string(trim(r.nodes[index].text))
	value, err := money.Parse(text, r.document.Currency)
	switch {
	case errors.Is(err, money.ErrRange):
		r.fail(codeAmountRange, index)
	case errors.Is(err, money.ErrPrecision):
		r.finding(trade.FindingPrecision, index, excerpt(text))
	case err != nil:
		r.fail(codeDecimalWrong, index)
	}
	return amount{value: value, index: index}
}

func (r *extraction) amountAt(parent int32, e element) amount {
	if parent == 0 {
		return amount{}
	}
	return r.amount(r.find(parent, e))
}

// scaled reads a number as an integer of 10^-digits; digits beyond are rounded and leave a finding.
func (r *extraction) scaled(index int32, digits int, rangeCode string) int64 {
	text := string(trim(r.nodes[index].text))
	value, err := money.ParseScaled(text, digits)
	switch {
	case errors.Is(err, money.ErrRange):
		r.fail(rangeCode, index)
	case errors.Is(err, money.ErrPrecision):
		r.finding(trade.FindingPrecision, index, excerpt(text))
	case err != nil:
		r.fail(codeDecimalWrong, index)
	}
	return value
}

// extract reads the whole document, then compares its amounts.
func (r *extraction) extract() {
	d := &r.document
	d.Type = trade.Type(r.nodes[0].element)
	r.takeCurrency()
	var sellers, buyers [3]int32 // by precedence
	lines := 0
	for c := r.nodes[0].child; c != 0; c = r.nodes[c].next {
		switch e := r.nodes[c].element; e {
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
	if r.failed == nil {
		r.conclude()
	}
}

// precedence ranks the parties that may stand for one side: an invoice is owed between the accounting parties, every
// other document belongs to a deal between seller and buyer, for whom those that send and receive goods may stand.
func precedence(kind trade.Type, e element) int {
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
	if c := r.find(0, cbcDocumentCurrencyCode); c != 0 {
		currency, ok := money.ParseCurrency(string(trim(r.nodes[c].text)))
		if !ok {
			r.fail(codeCurrencyUnknown, c)
		}
		r.document.Currency = currency
		return
	}
	for _, total := range [...]element{cacLegalMonetaryTotal, cacAnticipatedMonetaryTotal} {
		if c := r.find(0, total); c != 0 {
			r.document.Currency = r.currencyOf(r.find(c, cbcPayableAmount))
			return
		}
	}
	line := r.find(0, cacOrderLine)
	if line == 0 {
		return
	}
	item := r.find(line, cacLineItem)
	if c := r.find(item, cbcLineExtensionAmount); c != 0 {
		r.document.Currency = r.currencyOf(c)
	} else if price := r.find(item, cacPrice); price != 0 {
		r.document.Currency = r.currencyOf(r.find(price, cbcPriceAmount))
	}
}

// takeHeader takes one child of the document.
func (r *extraction) takeHeader(c int32, e element) {
	d := &r.document
	switch e {
	case cbcID:
		d.Number = r.textOf(c)
	case cbcUUID:
		d.UUID = r.textOf(c)
	case cbcIssueDate:
		d.Issued = r.date(c)
	case cbcDueDate: // the schema puts it before means and terms of payment
		d.Due, r.dueStated = r.date(c), true
	case cbcCustomizationID:
		d.Customization = r.textOf(c)
	case cbcProfileID:
		d.Profile = r.textOf(c)
	case cbcInvoiceTypeCode, cbcCreditNoteTypeCode, cbcOrderTypeCode:
		d.TypeCode = r.textOf(c)
	case cbcTaxCurrencyCode:
		r.taxCurrency = r.textOf(c)
	case cbcBuyerReference:
		d.BuyerReference = r.textOf(c)
	case cbcSalesOrderID:
		d.SalesOrderNumber = r.textOf(c)
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

func (r *extraction) takeReference(c int32, e element) {
	d := &r.document
	switch e {
	case cacOrderReference:
		if d.OrderNumber == "" {
			d.OrderNumber = orderNumber(r.textAt(c, cbcID))
		}
		if d.SalesOrderNumber == "" {
			d.SalesOrderNumber = r.textAt(c, cbcSalesOrderID)
		}
	case cacContractDocumentReference, cacContract:
		if d.ContractNumber == "" {
			d.ContractNumber = r.textAt(c, cbcID)
		}
	case cacDespatchDocumentReference:
		d.DespatchNumbers = append(d.DespatchNumbers, r.textAt(c, cbcID))
	case cacReceiptDocumentReference:
		d.ReceiptNumbers = append(d.ReceiptNumbers, r.textAt(c, cbcID))
	case cacBillingReference:
		for _, kind := range [...]element{cacInvoiceDocumentReference, cacSelfBilledInvoiceDocumentReference} {
			if number := r.textAt(c, kind, cbcID); number != "" {
				d.InvoiceNumbers = append(d.InvoiceNumbers, number)
			}
		}
	}
}

// takeDelivery reads the last day on which an order asks for delivery, or on which its answer promises it.
func (r *extraction) takeDelivery(index int32) {
	d := &r.document
	period := int32(0)
	switch d.Type {
	case trade.OrderResponse:
		if period = r.find(index, cacPromisedDeliveryPeriod); period != 0 {
			break
		}
		fallthrough
	case trade.Order:
		period = r.find(index, cacRequestedDeliveryPeriod)
	}
	if period == 0 {
		return
	}
	if end := r.find(period, cbcEndDate); end != 0 {
		d.Delivery = max(d.Delivery, r.date(end))
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
	text := r.textOf(c)
	switch text {
	case "true", "1", "AP", "AA":
		r.document.Answer = trade.AnswerAccepted
	case "CA", "AC":
		r.document.Answer = trade.AnswerAmended
	case "false", "0", "RE":
		r.document.Answer = trade.AnswerRejected
	}
	if r.nodes[c].element == cbcOrderResponseCode {
		r.document.AnswerCode = text
	}
}

// takePayment reads means and terms of payment. Where the document itself states no due date, the latest of these counts.
func (r *extraction) takePayment(c int32, e element) {
	d := &r.document
	for i := r.nodes[c].child; i != 0; i = r.nodes[i].next {
		switch r.nodes[i].element {
		case cbcPaymentDueDate, cbcInstallmentDueDate:
			if date := r.date(i); !r.dueStated && date > d.Due {
				d.Due = date
			}
		case cbcPaymentID:
			if d.PaymentReference == "" && e == cacPaymentMeans {
				d.PaymentReference = r.textOf(i)
			}
		case cbcNote:
			if note := r.textOf(i); note != "" && e == cacPaymentTerms {
				r.notes = append(r.notes, note)
			}
		case cacPayeeFinancialAccount:
			r.takeAccount(i)
		case cacCreditAccount:
			d.PayeeAccounts = append(d.PayeeAccounts, document.Account{ID: r.textAt(i, cbcAccountID)})
		}
	}
}

func (r *extraction) takeAccount(c int32) {
	account := document.Account{ID: r.textAt(c, cbcID), Name: r.textAt(c, cbcName)}
	account.IBAN = iban(account.ID)
	if branch := r.find(c, cacFinancialInstitutionBranch); branch != 0 {
		if account.BIC = r.textAt(branch, cacFinancialInstitution, cbcID); account.BIC == "" {
			account.BIC = r.textAt(branch, cbcID)
		}
	}
	r.document.PayeeAccounts = append(r.document.PayeeAccounts, account)
}

// iban returns the account number in its electronic form when it is an IBAN with the right check digits (ISO 13616,
// ISO 7064 modulus 97-10), else "".
func iban(text string) string {
	number := strings.ReplaceAll(text, " ", "")
	if len(number) < 15 || len(number) > 34 {
		return ""
	}
	remainder := 0
	for i := range len(number) {
		c := number[(i+4)%len(number)]
		position := (i + 4) % len(number)
		switch {
		case isDigit(c) && position >= 2:
			remainder = (remainder*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z' && (position < 2 || position > 3):
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		default:
			return ""
		}
	}
	if remainder != 1 {
		return ""
	}
	return number
}
