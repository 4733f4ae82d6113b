package redteam

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/reading"
)

// ware is a number of pieces of one article at one price.
type ware struct {
	article string
	pieces  int64
	price   money.Minor // of one, in cents
}

// total is what wares cost without tax.
func total(wares []ware) money.Minor {
	sum := money.Minor(0)
	for _, w := range wares {
		sum += money.Minor(w.pieces) * w.price
	}
	return sum
}

// times gives wares in so many hundredths of their number, and prices in so many hundredths of theirs.
func times(wares []ware, pieces, price int64) []ware {
	made := make([]ware, len(wares))
	for i, w := range wares {
		made[i] = ware{w.article, max(1, w.pieces*pieces/100), max(1, w.price*money.Minor(price)/100)}
	}
	return made
}

// sheet is one document before it is written.
type sheet struct {
	kind          trade.Type
	number, order string // order is "" where none is named
	credits       string // invoice that a credit note names
	note          string // makes the bytes of a second writing differ
	issued, due   calendar.Date
	seller, buyer *firm
	wares         []ware
}

// taxPercent is on all invoices.
const taxPercent = 19

func taxOn(net money.Minor) money.Minor { return (net*taxPercent + 50) / 100 }

// gross is what an invoice over wares asks for.
func gross(wares []ware) money.Minor { return total(wares) + taxOn(total(wares)) }

// writer writes UBL 2.1.
type writer struct{ strings.Builder }

func (w *writer) text(name, value string) {
	fmt.Fprintf(w, "<cbc:%s>%s</cbc:%s>", name, value, name)
}

func (w *writer) amount(name string, a money.Minor) {
	fmt.Fprintf(w, `<cbc:%s currencyID="EUR">%d.%02d</cbc:%s>`, name, a/100, a%100, name)
}

func (w *writer) in(name string, write func()) {
	w.WriteString("<cac:" + name + ">")
	write()
	w.WriteString("</cac:" + name + ">")
}

func (w *writer) reference(name, number string) {
	if number != "" {
		w.in(name, func() { w.text("ID", number) })
	}
}

func (w *writer) party(name string, f *firm) {
	w.in(name, func() {
		w.in("Party", func() {
			w.in("PartyName", func() { w.text("Name", f.name) })
			w.in("PostalAddress", func() { w.in("Country", func() { w.text("IdentificationCode", f.country) }) })
			w.in("PartyTaxScheme", func() { w.text("CompanyID", f.vat); w.reference("TaxScheme", "VAT") })
			w.in("PartyLegalEntity", func() { w.text("RegistrationName", f.name) })
		})
	})
}

func (w *writer) item(of ware) {
	w.in("Item", func() {
		w.text("Name", "Article "+of.article)
		w.reference("SellersItemIdentification", of.article)
	})
}

func (w *writer) price(of ware) {
	w.in("Price", func() { w.amount("PriceAmount", of.price) })
}

func (w *writer) quantity(name string, of ware) {
	fmt.Fprintf(w, `<cbc:%s unitCode="C62">%d</cbc:%s>`, name, of.pieces, name)
}

func (w *writer) totals(name string, wares []ware) {
	net := total(wares)
	tax := taxOn(net)
	w.in("TaxTotal", func() { w.amount("TaxAmount", tax) })
	w.in(name, func() {
		w.amount("LineExtensionAmount", net)
		w.amount("TaxExclusiveAmount", net)
		w.amount("TaxInclusiveAmount", net+tax)
		w.amount("PayableAmount", net+tax)
	})
}

// roots are the elements of documents.
var roots = map[trade.Type]string{
	trade.Order: "Order", trade.DespatchAdvice: "DespatchAdvice", trade.ReceiptAdvice: "ReceiptAdvice", trade.Invoice: "Invoice", trade.CreditNote: "CreditNote",
}

// bytes writes the sheet as a file.
func (s *sheet) bytes() []byte {
	w := &writer{}
	root := roots[s.kind]
	const space = "urn:oasis:names:specification:ubl:schema:xsd:"
	fmt.Fprintf(w, `<%s xmlns="%s%s-2" xmlns:cac="%sCommonAggregateComponents-2" xmlns:cbc="%sCommonBasicComponents-2">`, root, space, root, space, space)
	w.text("ID", s.number)
	w.text("IssueDate", s.issued.String())
	switch s.kind {
	case trade.Order:
		s.writeOrder(w)
	case trade.DespatchAdvice:
		s.writeMove(w, "DespatchSupplierParty", "DespatchLine", "DeliveredQuantity")
	case trade.ReceiptAdvice:
		s.writeMove(w, "DeliveryCustomerParty", "ReceiptLine", "ReceivedQuantity")
	case trade.CreditNote:
		s.writeBill(w, "CreditNoteTypeCode", "381", "CreditNoteLine", "CreditedQuantity")
	default:
		s.writeBill(w, "InvoiceTypeCode", "380", "InvoiceLine", "InvoicedQuantity")
	}
	w.WriteString("</" + root + ">")
	return []byte(w.String())
}

func (s *sheet) writeNote(w *writer) {
	if s.note != "" {
		w.text("Note", s.note)
	}
}

func (s *sheet) writeOrder(w *writer) {
	s.writeNote(w)
	w.text("DocumentCurrencyCode", "EUR")
	w.party("BuyerCustomerParty", s.buyer)
	w.party("SellerSupplierParty", s.seller)
	w.totals("AnticipatedMonetaryTotal", s.wares)
	for i, ware := range s.wares {
		w.in("OrderLine", func() {
			w.in("LineItem", func() {
				w.text("ID", strconv.Itoa(i+1))
				w.quantity("Quantity", ware)
				w.amount("LineExtensionAmount", money.Minor(ware.pieces)*ware.price)
				w.price(ware)
				w.item(ware)
			})
		})
	}
}

func (s *sheet) writeMove(w *writer, first, line, quantity string) {
	s.writeNote(w)
	w.reference("OrderReference", s.order)
	if first == "DespatchSupplierParty" {
		w.party(first, s.seller)
		w.party("DeliveryCustomerParty", s.buyer)
	} else {
		w.party(first, s.buyer)
		w.party("DespatchSupplierParty", s.seller)
	}
	for i, ware := range s.wares {
		w.in(line, func() {
			w.text("ID", strconv.Itoa(i+1))
			w.quantity(quantity, ware)
			if s.order != "" {
				w.in("OrderLineReference", func() { w.text("LineID", strconv.Itoa(i+1)) })
			}
			w.item(ware)
		})
	}
}

func (s *sheet) writeBill(w *writer, code, value, line, quantity string) {
	if s.kind == trade.Invoice {
		w.text("DueDate", s.due.String())
	}
	w.text(code, value)
	s.writeNote(w)
	w.text("DocumentCurrencyCode", "EUR")
	w.reference("OrderReference", s.order)
	if s.credits != "" {
		w.in("BillingReference", func() { w.reference("InvoiceDocumentReference", s.credits) })
	}
	w.party("AccountingSupplierParty", s.seller)
	w.party("AccountingCustomerParty", s.buyer)
	w.totals("LegalMonetaryTotal", s.wares)
	for i, ware := range s.wares {
		w.in(line, func() {
			w.text("ID", strconv.Itoa(i+1))
			w.quantity(quantity, ware)
			w.amount("LineExtensionAmount", money.Minor(ware.pieces)*ware.price)
			if s.order != "" {
				w.in("OrderLineReference", func() { w.text("LineID", strconv.Itoa(i+1)) })
			}
			w.item(ware)
			w.price(ware)
		})
	}
}

// bytesMax bounds a document; the laboratory writes them itself.
const bytesMax = 1 << 20

// send writes a document, reads it as any other file, and records it.
func (l *lab) send(s *sheet) ([]book.Event, error) { return l.sendAs(l.Maker, s) }

func (l *lab) sendAs(actor id.Actor, s *sheet) ([]book.Event, error) {
	content := s.bytes()
	read, err := reading.Read(s.number+".xml", content, reading.Limits{BytesMax: bytesMax})
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.kind, s.number, err)
	}
	c, err := l.intake.PrepareReading(context.Background(), &read, content, "folder")
	if err != nil {
		return nil, err
	}
	return l.submit(actor, c)
}
