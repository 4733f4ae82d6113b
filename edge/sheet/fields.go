package sheet

import (
	"millrace/domain/trade"
	"millrace/edge/document"
)

// field is what a column can be mapped to.
type field struct {
	name  string
	types typeSet // of documents that have it
	line  bool    // one for each line
	// target points to where it goes: its type says how the text is read. The line is nil for fields of the whole document.
	target func(d *document.Document, l *document.Line) any
}

// typeSet is a set of document types.
type typeSet uint16

func setOf(types ...trade.Type) typeSet {
	var set typeSet
	for _, t := range types {
		set |= 1 << t
	}
	return set
}

func (s typeSet) has(t trade.Type) bool { return s&(1<<t) != 0 }

var (
	everyType = setOf(trade.Order, trade.OrderResponse, trade.OrderResponseSimple, trade.DespatchAdvice, trade.ReceiptAdvice, trade.Invoice, trade.CreditNote)
	responses = setOf(trade.OrderResponse, trade.OrderResponseSimple)
	withLines = everyType &^ setOf(trade.OrderResponseSimple)
	priced    = setOf(trade.Order, trade.OrderResponse, trade.Invoice, trade.CreditNote)
	claims    = setOf(trade.Invoice, trade.CreditNote)
	receipts  = setOf(trade.ReceiptAdvice)
	delivered = setOf(trade.DespatchAdvice, trade.ReceiptAdvice, trade.Invoice, trade.CreditNote)
)

// identity is a text that names something: of a party, with a scheme.
type identity struct {
	party *document.Party
	kind  document.IdentifierKind // 0: by its scheme
}

// texts is a list of texts to which one is added.
type texts struct{ list *[]string }

// invoiceTypeCode is a type code of UNTDID 1001.
type invoiceTypeCode struct{ code *string }

// country is a code of ISO 3166-1.
type country struct{ code *string }

var fields = [...]field{
	{"number", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.Number }},
	{"uuid", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.UUID }},
	{"type_code", claims, false, func(d *document.Document, _ *document.Line) any { return invoiceTypeCode{&d.TypeCode} }},
	{"issued", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.Issued }},
	{"due", claims, false, func(d *document.Document, _ *document.Line) any { return &d.Due }},
	{"currency", priced, false, func(d *document.Document, _ *document.Line) any { return &d.Currency }},
	{"order_number", everyType &^ setOf(trade.Order), false, func(d *document.Document, _ *document.Line) any { return &d.OrderNumber }},
	{"sales_order_number", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.SalesOrderNumber }},
	{"contract_number", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.ContractNumber }},
	{"despatch_number", setOf(trade.ReceiptAdvice, trade.Invoice, trade.CreditNote), false, func(d *document.Document, _ *document.Line) any { return texts{&d.DespatchNumbers} }},
	{"receipt_number", claims, false, func(d *document.Document, _ *document.Line) any { return texts{&d.ReceiptNumbers} }},
	{"invoice_number", claims, false, func(d *document.Document, _ *document.Line) any { return &d.InvoiceNumber }},
	{"buyer_reference", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.BuyerReference }},
	{"payment_reference", claims, false, func(d *document.Document, _ *document.Line) any { return &d.PaymentReference }},
	{"payment_terms", claims, false, func(d *document.Document, _ *document.Line) any { return &d.PaymentTermsNote }},
	{"payee.account", claims, false, func(d *document.Document, _ *document.Line) any { return &d.PayeeAccounts }},
	{"answer", responses, false, func(d *document.Document, _ *document.Line) any { return &d.Answer }},

	{"seller.name", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.Seller.LegalName }},
	{"seller.identifier", everyType, false, func(d *document.Document, _ *document.Line) any { return identity{party: &d.Seller} }},
	{"seller.given_by_buyer", everyType, false, func(d *document.Document, _ *document.Line) any {
		return identity{&d.Seller, document.IdentifierGivenByBuyer}
	}},
	{"seller.country", everyType, false, func(d *document.Document, _ *document.Line) any { return country{&d.Seller.Country} }},
	{"seller.street", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.Seller.Address.Street }},
	{"seller.city", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.Seller.Address.City }},
	{"seller.postal_code", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.Seller.Address.PostalZone }},
	{"buyer.name", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.Buyer.LegalName }},
	{"buyer.identifier", everyType, false, func(d *document.Document, _ *document.Line) any { return identity{party: &d.Buyer} }},
	{"buyer.given_by_seller", everyType, false, func(d *document.Document, _ *document.Line) any {
		return identity{&d.Buyer, document.IdentifierGivenBySeller}
	}},
	{"buyer.country", everyType, false, func(d *document.Document, _ *document.Line) any { return country{&d.Buyer.Country} }},
	{"buyer.street", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.Buyer.Address.Street }},
	{"buyer.city", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.Buyer.Address.City }},
	{"buyer.postal_code", everyType, false, func(d *document.Document, _ *document.Line) any { return &d.Buyer.Address.PostalZone }},

	{"line_extension", priced, false, func(d *document.Document, _ *document.Line) any { return &d.Totals.LineExtension }},
	{"allowance", priced, false, func(d *document.Document, _ *document.Line) any { return &d.Totals.Allowance }},
	{"charge", priced, false, func(d *document.Document, _ *document.Line) any { return &d.Totals.Charge }},
	{"tax_exclusive", priced, false, func(d *document.Document, _ *document.Line) any { return &d.Totals.TaxExclusive }},
	{"tax", priced, false, func(d *document.Document, _ *document.Line) any { return &d.Totals.Tax }},
	{"tax_inclusive", priced, false, func(d *document.Document, _ *document.Line) any { return &d.Totals.TaxInclusive }},
	{"prepaid", claims, false, func(d *document.Document, _ *document.Line) any { return &d.Totals.Prepaid }},
	{"rounding", claims, false, func(d *document.Document, _ *document.Line) any { return &d.Totals.Rounding }},
	{"payable", priced, false, func(d *document.Document, _ *document.Line) any { return &d.Totals.Payable }},

	{"line.number", withLines, true, func(_ *document.Document, l *document.Line) any { return &l.Number }},
	{"line.order_number", withLines &^ setOf(trade.Order), true, func(_ *document.Document, l *document.Line) any { return &l.OrderNumber }},
	{"line.order_line", withLines &^ setOf(trade.Order), true, func(_ *document.Document, l *document.Line) any { return &l.OrderLine }},
	{"line.despatch_number", delivered, true, func(_ *document.Document, l *document.Line) any { return &l.DespatchNumber }},
	{"line.despatch_line", delivered, true, func(_ *document.Document, l *document.Line) any { return &l.DespatchLine }},
	{"line.status", setOf(trade.OrderResponse), true, func(_ *document.Document, l *document.Line) any { return &l.Status }},
	{"line.item", withLines, true, func(_ *document.Document, l *document.Line) any { return &l.Item.Name }},
	{"line.description", withLines, true, func(_ *document.Document, l *document.Line) any { return &l.Item.Description }},
	{"line.item_gtin", withLines, true, func(_ *document.Document, l *document.Line) any { return &l.Item.Standard }},
	{"line.item_of_seller", withLines, true, func(_ *document.Document, l *document.Line) any { return &l.Item.SellerID }},
	{"line.item_of_buyer", withLines, true, func(_ *document.Document, l *document.Line) any { return &l.Item.BuyerID }},
	{"line.item_of_manufacturer", withLines, true, func(_ *document.Document, l *document.Line) any { return &l.Item.ManufacturerID }},
	{"line.quantity", withLines, true, func(_ *document.Document, l *document.Line) any { return &l.Quantity }},
	{"line.rejected", receipts, true, func(_ *document.Document, l *document.Line) any { return &l.Rejected }},
	{"line.short", receipts, true, func(_ *document.Document, l *document.Line) any { return &l.Short }},
	{"line.unit", withLines, true, func(_ *document.Document, l *document.Line) any { return &l.Unit }},
	{"line.price", priced, true, func(_ *document.Document, l *document.Line) any { return &l.Price }},
	{"line.amount", priced, true, func(_ *document.Document, l *document.Line) any { return &l.Amount }},
}

var fieldByName = func() map[string]*field {
	byName := make(map[string]*field, len(fields))
	for i := range fields {
		byName[fields[i].name] = &fields[i]
	}
	return byName
}()

// FieldNames lists the fields that a mapping for documents of this type can name.
func FieldNames(of trade.Type) []string {
	var names []string
	for i := range fields {
		if fields[i].types.has(of) {
			names = append(names, fields[i].name)
		}
	}
	return names
}

// sample makes the target of a field in an empty document, to see its type.
func (f *field) sample() any { return f.target(&document.Document{}, &document.Line{}) }
