// Package paper writes trade documents as UBL 2.1 files, for simulations whose documents go through the ordinary intake.
package paper

import (
	"fmt"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
)

// Party is who stands on a document.
type Party struct{ Name, Country, VAT string }

// Ware is a number of pieces of one article at one price.
type Ware struct {
	Article string
	Pieces  int64
	Price   money.Minor // of one, in cents
}

// Total is what wares cost without tax.
func Total(wares []Ware) money.Minor {
	sum := money.Minor(0)
	for _, w := range wares {
		sum += money.Minor(w.Pieces) * w.Price
	}
	return sum
}

// Times gives wares in so many hundredths of their number, and prices in so many hundredths of theirs.
func Times(wares []Ware, pieces, price int64) []Ware {
	made := make([]Ware, len(wares))
	for i, w := range wares {
		made[i] = Ware{w.Article, max(1, w.Pieces*pieces/100), max(1, w.Price*money.Minor(price)/100)}
	}
	return made
}

// Sheet is one document before it is written.
type Sheet struct {
	Kind          trade.Type
	Number, Order string // Order is "" where none is named
	Credits       string // invoice that a credit note names
	Note          string // makes the bytes of a second writing differ
	Issued, Due   calendar.Date
	Seller, Buyer Party
	Wares         []Ware
}

// TaxPercent is on all invoices.
const TaxPercent = 19

func taxOn(net money.Minor) money.Minor { return (net*TaxPercent + 50) / 100 }

// Gross is what an invoice over wares asks for.
func Gross(wares []Ware) money.Minor { return Total(wares) + taxOn(Total(wares)) }

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

func (w *writer) party(name string, p Party) {
	w.in(name, func() {
		w.in("Party", func() {
			w.in("PartyName", func() { w.text("Name", p.Name) })
			w.in("PostalAddress", func() { w.in("Country", func() { w.text("IdentificationCode", p.Country) }) })
			w.in("PartyTaxScheme", func() { w.text("CompanyID", p.VAT); w.reference("TaxScheme", "VAT") })
			w.in("PartyLegalEntity", func() { w.text("RegistrationName", p.Name) })
		})
	})
}

func (w *writer) item(of Ware) {
	w.in("Item", func() {
		w.text("Name", "Article "+of.Article)
		w.reference("SellersItemIdentification", of.Article)
	})
}

func (w *writer) price(of Ware) {
	w.in("Price", func() { w.amount("PriceAmount", of.Price) })
}

func (w *writer) quantity(name string, of Ware) {
	fmt.Fprintf(w, `<cbc:%s unitCode="C62">%d</cbc:%s>`, name, of.Pieces, name)
}

func (w *writer) totals(name string, wares []Ware) {
	net := Total(wares)
	tax := taxOn(net)
	w.in("TaxTotal", func() { w.amount("TaxAmount", tax) })
	w.in(name, func() {
		w.amount("LineExtensionAmount", net)
		w.amount("TaxExclusiveAmount", net)
		w.amount("TaxInclusiveAmount", net+tax)
		w.amount("PayableAmount", net+tax)
	})
}

// Roots are the elements of documents.
var Roots = map[trade.Type]string{
	trade.Order: "Order", trade.DespatchAdvice: "DespatchAdvice", trade.ReceiptAdvice: "ReceiptAdvice", trade.Invoice: "Invoice", trade.CreditNote: "CreditNote",
}

// Bytes writes the sheet as a file.
func (s *Sheet) Bytes() []byte {
	w := &writer{}
	root := Roots[s.Kind]
	const space = "urn:oasis:names:specification:ubl:schema:xsd:"
	fmt.Fprintf(w, `<%s xmlns="%s%s-2" xmlns:cac="%sCommonAggregateComponents-2" xmlns:cbc="%sCommonBasicComponents-2">`, root, space, root, space, space)
	w.text("ID", s.Number)
	w.text("IssueDate", s.Issued.String())
	switch s.Kind {
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

func (s *Sheet) writeNote(w *writer) {
	if s.Note != "" {
		w.text("Note", s.Note)
	}
}

func (s *Sheet) writeOrder(w *writer) {
	s.writeNote(w)
	w.text("DocumentCurrencyCode", "EUR")
	w.party("BuyerCustomerParty", s.Buyer)
	w.party("SellerSupplierParty", s.Seller)
	w.totals("AnticipatedMonetaryTotal", s.Wares)
	for i, ware := range s.Wares {
		w.in("OrderLine", func() {
			w.in("LineItem", func() {
				w.text("ID", strconv.Itoa(i+1))
				w.quantity("Quantity", ware)
				w.amount("LineExtensionAmount", money.Minor(ware.Pieces)*ware.Price)
				w.price(ware)
				w.item(ware)
			})
		})
	}
}

func (s *Sheet) writeMove(w *writer, first, line, quantity string) {
	s.writeNote(w)
	w.reference("OrderReference", s.Order)
	if first == "DespatchSupplierParty" {
		w.party(first, s.Seller)
		w.party("DeliveryCustomerParty", s.Buyer)
	} else {
		w.party(first, s.Buyer)
		w.party("DespatchSupplierParty", s.Seller)
	}
	for i, ware := range s.Wares {
		w.in(line, func() {
			w.text("ID", strconv.Itoa(i+1))
			w.quantity(quantity, ware)
			if s.Order != "" {
				w.in("OrderLineReference", func() { w.text("LineID", strconv.Itoa(i+1)) })
			}
			w.item(ware)
		})
	}
}

func (s *Sheet) writeBill(w *writer, code, value, line, quantity string) {
	if s.Kind == trade.Invoice {
		w.text("DueDate", s.Due.String())
	}
	w.text(code, value)
	s.writeNote(w)
	w.text("DocumentCurrencyCode", "EUR")
	w.reference("OrderReference", s.Order)
	if s.Credits != "" {
		w.in("BillingReference", func() { w.reference("InvoiceDocumentReference", s.Credits) })
	}
	w.party("AccountingSupplierParty", s.Seller)
	w.party("AccountingCustomerParty", s.Buyer)
	w.totals("LegalMonetaryTotal", s.Wares)
	for i, ware := range s.Wares {
		w.in(line, func() {
			w.text("ID", strconv.Itoa(i+1))
			w.quantity(quantity, ware)
			w.amount("LineExtensionAmount", money.Minor(ware.Pieces)*ware.Price)
			if s.Order != "" {
				w.in("OrderLineReference", func() { w.text("LineID", strconv.Itoa(i+1)) })
			}
			w.item(ware)
			w.price(ware)
		})
	}
}
