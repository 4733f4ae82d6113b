package main

import "strconv"

const (
	currency       = "EUR"
	buyerReference = "Purchasing"
)

// Profiles of the Peppol network; it has none for a simple order response.
const (
	orderProfile    = "urn:fdc:peppol.eu:poacc:bis:ordering:3"
	orderCustom     = "urn:fdc:peppol.eu:poacc:trns:order:3"
	responseCustom  = "urn:fdc:peppol.eu:poacc:trns:order_response:3"
	despatchProfile = "urn:fdc:peppol.eu:poacc:bis:despatch_advice:3"
	despatchCustom  = "urn:fdc:peppol.eu:poacc:trns:despatch_advice:3"
	receiptProfile  = "urn:fdc:peppol.eu:logistics:bis:receipt_advice_only:1"
	receiptCustom   = "urn:fdc:peppol.eu:logistics:trns:receipt_advice:1"
	billingProfile  = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
	billingCustom   = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
)

// endpointSchemes are the codes of the Electronic Address Scheme list for VAT numbers.
var endpointSchemes = map[string]string{"DE": "9930", "AT": "9914", "PL": "9945", "CZ": "9929", "SK": "9950"}

func header(customization, profile, number, date string) []*element {
	return []*element{
		cbc("CustomizationID", customization), cbc("ProfileID", profile),
		cbc("ID", number), cbc("IssueDate", date),
	}
}

func partyElement(p *party) *element {
	return cac("Party",
		cbc("EndpointID", p.VAT, "schemeID", endpointSchemes[p.Country]),
		cac("PartyIdentification", cbc("ID", p.GLN, "schemeID", "0088")),
		cac("PartyName", cbc("Name", p.Name)),
		addressElement("PostalAddress", p),
		cac("PartyTaxScheme", cbc("CompanyID", p.VAT), cac("TaxScheme", cbc("ID", "VAT"))),
		cac("PartyLegalEntity", cbc("RegistrationName", p.Name), cbc("CompanyID", p.LEI, "schemeID", "0199")),
		cac("Contact", cbc("Name", "Accounts"), cbc("Telephone", p.Phone),
			cbc("ElectronicMail", "accounts@"+p.Key+".example")),
	)
}

func addressElement(name string, p *party) *element {
	return cac(name,
		cbc("StreetName", p.Street), cbc("CityName", p.City), cbc("PostalZone", p.Postal),
		cac("Country", cbc("IdentificationCode", p.Country)),
	)
}

func amountElement(name string, c cents) *element {
	return cbc(name, c.String(), "currencyID", currency)
}

func quantityElement(name string, q quantity, of item) *element {
	return cbc(name, q.String(), "unitCode", of.unit)
}

func orderLineID(index int) string { return strconv.Itoa(10 * (index + 1)) }

func orderLineReference(index int) *element {
	return cac("OrderLineReference", cbc("LineID", orderLineID(index)))
}

func documentReference(name, number, date string) *element {
	return cac(name, cbc("ID", number), cbc("IssueDate", date))
}

// taxed is the VAT treatment of a seller's supply to a buyer.
type taxed struct {
	category string // UN/ECE 5305
	percent  int64
}

// taxOf follows Council Directive 2006/112/EC: the domestic standard rate, or
// the exempt supply to another member state (article 138).
func taxOf(seller, buyer *party) taxed {
	if seller.Country != buyer.Country {
		return taxed{"K", 0}
	}
	return taxed{"S", map[string]int64{"DE": 19}[seller.Country]}
}

func (t taxed) on(net cents) cents { return cents(dividedHalfUp(int64(net)*t.percent, 100)) }

func (t taxed) element(name string, exemption ...*element) *element {
	made := cac(name, cbc("ID", t.category), cbc("Percent", strconv.FormatInt(t.percent, 10)))
	made.add(exemption...)
	made.add(cac("TaxScheme", cbc("ID", "VAT")))
	return made
}

func (t taxed) total(net cents) *element {
	var exemption []*element
	if t.category == "K" {
		exemption = []*element{
			cbc("TaxExemptionReasonCode", "VATEX-EU-IC"),
			cbc("TaxExemptionReason", "Intra-Community supply"),
		}
	}
	return cac("TaxTotal", amountElement("TaxAmount", t.on(net)),
		cac("TaxSubtotal", amountElement("TaxableAmount", net), amountElement("TaxAmount", t.on(net)),
			t.element("TaxCategory", exemption...)))
}

func (t taxed) monetaryTotal(name string, net cents) *element {
	gross := net + t.on(net)
	return cac(name,
		amountElement("LineExtensionAmount", net), amountElement("TaxExclusiveAmount", net),
		amountElement("TaxInclusiveAmount", gross), amountElement("PayableAmount", gross))
}

// itemElement names an item; a document with prices adds its tax category.
func itemElement(of item, category ...*element) *element {
	made := cac("Item", cbc("Name", of.name),
		cac("SellersItemIdentification", cbc("ID", of.number)),
		cac("StandardItemIdentification", cbc("ID", of.gtin, "schemeID", "0160")))
	made.add(category...)
	return made
}

func priceElement(of item, p price) *element {
	made := cac("Price", cbc("PriceAmount", p.String(), "currencyID", currency))
	if of.base != 1 {
		made.add(cbc("BaseQuantity", strconv.FormatInt(of.base, 10), "unitCode", of.unit))
	}
	return made
}

func orderDocument(c *chain) *element {
	tax := taxOf(c.seller, c.buyer)
	root := document("Order", header(orderCustom, orderProfile, c.order, c.ordered)...)
	root.add(
		cbc("OrderTypeCode", "220"), cbc("DocumentCurrencyCode", currency),
		cac("BuyerCustomerParty", partyElement(c.buyer)),
		cac("SellerSupplierParty", partyElement(c.seller)),
		cac("Delivery",
			cac("DeliveryLocation", addressElement("Address", c.buyer)),
			cac("RequestedDeliveryPeriod", cbc("EndDate", c.wanted))),
		cac("PaymentTerms", cbc("Note", paymentTerms(c))),
	)
	var net cents
	var lines []*element
	for i, line := range c.lines {
		amount := lineAmount(line.quantity, line.price, line.base)
		net += amount
		lines = append(lines, cac("OrderLine", cac("LineItem",
			cbc("ID", orderLineID(i)), quantityElement("Quantity", line.quantity, line.item),
			amountElement("LineExtensionAmount", amount),
			priceElement(line.item, line.price),
			itemElement(line.item, tax.element("ClassifiedTaxCategory")))))
	}
	root.add(cac("TaxTotal", amountElement("TaxAmount", tax.on(net))), tax.monetaryTotal("AnticipatedMonetaryTotal", net))
	root.add(lines...)
	return root
}

func paymentTerms(c *chain) string {
	return "Net " + strconv.Itoa(c.termDays) + " days from date of invoice"
}

func responseDocument(c *chain) *element {
	parties := []*element{
		cac("SellerSupplierParty", partyElement(c.seller)),
		cac("BuyerCustomerParty", partyElement(c.buyer)),
	}
	reference := documentReference("OrderReference", c.order, c.ordered)
	if c.response == "simple" {
		root := document("OrderResponseSimple",
			cbc("UBLVersionID", "2.1"), cbc("ID", c.responseNumber), cbc("IssueDate", c.responded),
			cbc("AcceptedIndicator", "true"), reference)
		root.add(parties...)
		return root
	}
	root := document("OrderResponse", header(responseCustom, orderProfile, c.responseNumber, c.responded)...)
	root.add(cbc("OrderResponseCode", "AP"), cbc("DocumentCurrencyCode", currency), reference)
	root.add(parties...)
	root.add(cac("Delivery", cac("PromisedDeliveryPeriod", cbc("EndDate", c.wanted))))
	for i, line := range c.lines {
		root.add(cac("OrderLine",
			cac("LineItem",
				cbc("ID", strconv.Itoa(i+1)), cbc("LineStatusCode", "5"),
				quantityElement("Quantity", line.quantity, line.item),
				priceElement(line.item, line.price), itemElement(line.item)),
			orderLineReference(i)))
	}
	return root
}

// quantities gives the quantities of a step, or those of the step before it.
func quantities(own, before []quantity) []quantity {
	if own != nil {
		return own
	}
	return before
}

func (c *chain) orderedQuantities() []quantity {
	var all []quantity
	for _, line := range c.lines {
		all = append(all, line.quantity)
	}
	return all
}

func (c *chain) despatched(at int) []quantity {
	return quantities(c.deliveries[at].despatched, c.orderedQuantities())
}

func (c *chain) received(at int) []quantity {
	return quantities(c.deliveries[at].received, c.despatched(at))
}

func (c *chain) billed(at int) []quantity {
	return quantities(c.deliveries[at].billed, c.received(at))
}

func (c *chain) despatchDocument(at int) *element {
	d := c.deliveries[at]
	root := document("DespatchAdvice", header(despatchCustom, despatchProfile, d.despatch, d.despatchDate)...)
	root.add(
		documentReference("OrderReference", c.order, c.ordered),
		cac("DespatchSupplierParty", partyElement(c.seller)),
		cac("DeliveryCustomerParty", partyElement(c.buyer)),
		cac("BuyerCustomerParty", partyElement(c.buyer)),
		cac("SellerSupplierParty", partyElement(c.seller)),
		cac("Shipment", cbc("ID", d.despatch),
			cac("Delivery", addressElement("DeliveryAddress", c.buyer),
				cac("EstimatedDeliveryPeriod", cbc("EndDate", d.receiptDate)),
				cac("Despatch", cbc("ActualDespatchDate", d.despatchDate)))),
	)
	number := 0
	for i, sent := range c.despatched(at) {
		if sent == 0 {
			continue
		}
		number++
		open := c.lines[i].quantity
		for earlier := 0; earlier <= at; earlier++ {
			open -= c.despatched(earlier)[i]
		}
		line := cac("DespatchLine", cbc("ID", strconv.Itoa(number)), quantityElement("DeliveredQuantity", sent, c.lines[i].item))
		if open > 0 {
			line.add(quantityElement("OutstandingQuantity", open, c.lines[i].item),
				cbc("OutstandingReason", "Remainder follows in a later delivery"))
		}
		line.add(orderLineReference(i), itemElement(c.lines[i].item))
		root.add(line)
	}
	return root
}

func (c *chain) receiptDocument(at int) *element {
	d := c.deliveries[at]
	root := document("ReceiptAdvice", header(receiptCustom, receiptProfile, d.receipt, d.receiptDate)...)
	root.add(
		documentReference("OrderReference", c.order, c.ordered),
		documentReference("DespatchDocumentReference", d.despatch, d.despatchDate),
		cac("DeliveryCustomerParty", partyElement(c.buyer)),
		cac("DespatchSupplierParty", partyElement(c.seller)),
		cac("BuyerCustomerParty", partyElement(c.buyer)),
		cac("SellerSupplierParty", partyElement(c.seller)),
	)
	number := 0
	for i, got := range c.received(at) {
		sent := c.despatched(at)[i]
		if sent == 0 {
			continue
		}
		number++
		line := cac("ReceiptLine", cbc("ID", strconv.Itoa(number)), quantityElement("ReceivedQuantity", got, c.lines[i].item))
		if got < sent {
			line.add(quantityElement("ShortQuantity", sent-got, c.lines[i].item))
		}
		line.add(cbc("ReceivedDate", d.receiptDate), orderLineReference(i),
			cac("DespatchLineReference", cbc("LineID", strconv.Itoa(number)),
				documentReference("DocumentReference", d.despatch, d.despatchDate)),
			itemElement(c.lines[i].item))
		root.add(line)
	}
	return root
}

// invoiceLines makes the lines of an invoice or credit note and their net sum.
func (c *chain) invoiceLines(name, quantityName string, billed []quantity, prices []price) ([]*element, cents) {
	tax := taxOf(c.seller, c.buyer)
	var lines []*element
	var net cents
	for i, q := range billed {
		if q == 0 {
			continue
		}
		of, asked := c.lines[i].item, c.lines[i].price
		if prices != nil {
			asked = prices[i]
		}
		amount := lineAmount(q, asked, of.base)
		net += amount
		lines = append(lines, cac(name,
			cbc("ID", strconv.Itoa(len(lines)+1)), quantityElement(quantityName, q, of),
			amountElement("LineExtensionAmount", amount), orderLineReference(i),
			itemElement(of, tax.element("ClassifiedTaxCategory")), priceElement(of, asked)))
	}
	return lines, net
}

// numbering is what distinguishes an invoice from its renumbered repeat.
type numbering struct{ number, date, due string }

func (c *chain) numbering(at int) numbering {
	d := c.deliveries[at]
	return numbering{d.invoice, d.invoiceDate, dayAfter(d.invoiceDate, c.termDays)}
}

func (c *chain) invoiceDocument(at int, as numbering) *element {
	d, tax := c.deliveries[at], taxOf(c.seller, c.buyer)
	lines, net := c.invoiceLines("InvoiceLine", "InvoicedQuantity", c.billed(at), d.prices)
	root := document("Invoice", header(billingCustom, billingProfile, as.number, as.date)...)
	root.add(
		cbc("DueDate", as.due), cbc("InvoiceTypeCode", "380"), cbc("DocumentCurrencyCode", currency),
		cbc("BuyerReference", buyerReference),
		cac("OrderReference", cbc("ID", c.order)),
		cac("DespatchDocumentReference", cbc("ID", d.despatch)),
		cac("ReceiptDocumentReference", cbc("ID", d.receipt)),
		cac("AccountingSupplierParty", partyElement(c.seller)),
		cac("AccountingCustomerParty", partyElement(c.buyer)),
		cac("Delivery", cbc("ActualDeliveryDate", d.receiptDate),
			cac("DeliveryLocation", addressElement("Address", c.buyer))),
		cac("PaymentMeans", cbc("PaymentMeansCode", "58"), cbc("PaymentID", as.number),
			cac("PayeeFinancialAccount", cbc("ID", c.seller.IBAN), cbc("Name", c.seller.Name),
				cac("FinancialInstitutionBranch", cbc("ID", c.seller.BIC)))),
		cac("PaymentTerms", cbc("Note", paymentTerms(c))),
		tax.total(net), tax.monetaryTotal("LegalMonetaryTotal", net),
	)
	root.add(lines...)
	return root
}

func (c *chain) payable(at int) cents {
	_, net := c.invoiceLines("", "", c.billed(at), c.deliveries[at].prices)
	return net + taxOf(c.seller, c.buyer).on(net)
}

func (c *chain) credited() cents {
	_, net := c.invoiceLines("", "", c.credit.quantities, c.deliveries[0].prices)
	return net + taxOf(c.seller, c.buyer).on(net)
}

// creditNoteDocument corrects the chain's first invoice.
func (c *chain) creditNoteDocument() *element {
	d, tax := c.deliveries[0], taxOf(c.seller, c.buyer)
	lines, net := c.invoiceLines("CreditNoteLine", "CreditedQuantity", c.credit.quantities, d.prices)
	root := document("CreditNote", header(billingCustom, billingProfile, c.credit.number, c.credit.date)...)
	root.add(
		cbc("CreditNoteTypeCode", "381"), cbc("Note", c.credit.reason), cbc("DocumentCurrencyCode", currency),
		cbc("BuyerReference", buyerReference),
		cac("OrderReference", cbc("ID", c.order)),
		cac("BillingReference", documentReference("InvoiceDocumentReference", d.invoice, d.invoiceDate)),
		cac("AccountingSupplierParty", partyElement(c.seller)),
		cac("AccountingCustomerParty", partyElement(c.buyer)),
		cac("Delivery", cbc("ActualDeliveryDate", d.receiptDate),
			cac("DeliveryLocation", addressElement("Address", c.buyer))),
		cac("PaymentTerms", cbc("Note", "To be set against invoice "+d.invoice)),
		tax.total(net), tax.monetaryTotal("LegalMonetaryTotal", net),
	)
	root.add(lines...)
	return root
}
