package en16931

import "strings"

// ublReader maps UBL 2.1 to the norm's terms, after CEN/TS 16931-3-2.
type ublReader struct {
	invoice *Invoice
	root    *element
}

func (r ublReader) read() {
	i, root := r.invoice, r.root
	i.Syntax, i.CreditNote = UBL, root.name == "CreditNote"
	i.Specification = textOf(root.child(cbc, "CustomizationID"))
	i.Number = textOf(root.child(cbc, "ID"))
	i.IssueDate = dateOf(root.child(cbc, "IssueDate"))
	i.DueDate = dateOf(root.child(cbc, "DueDate"))
	if i.CreditNote {
		i.DueDate = dateOf(root.child(cac, "PaymentMeans").child(cbc, "PaymentDueDate"))
	}
	i.TypeCode = textOf(root.child(cbc, "InvoiceTypeCode"))
	if i.CreditNote {
		i.TypeCode = textOf(root.child(cbc, "CreditNoteTypeCode"))
	}
	i.Currency = textOf(root.child(cbc, "DocumentCurrencyCode"))
	i.VATCurrency = textOf(root.child(cbc, "TaxCurrencyCode"))
	i.TaxPointDate = dateOf(root.child(cbc, "TaxPointDate"))
	i.PaymentTerms = textOf(root.child(cac, "PaymentTerms").child(cbc, "Note"))
	for _, reference := range root.all(cac, "BillingReference") {
		number := textOf(reference.child(cac, "InvoiceDocumentReference").child(cbc, "ID"))
		if number.At.element == nil {
			number.At = Place{reference}
		}
		i.PrecedingInvoices = append(i.PrecedingInvoices, number)
	}
	r.readPeriod()
	i.Seller = r.tradingParty(root.child(cac, "AccountingSupplierParty"))
	i.Buyer = r.tradingParty(root.child(cac, "AccountingCustomerParty"))
	i.Payee = r.namedParty(root.child(cac, "PayeeParty"))
	i.TaxRepresentative = r.namedParty(root.child(cac, "TaxRepresentativeParty"))
	r.readDelivery()
	r.readPayment()
	i.Allowances, i.Charges = r.allowancesAndCharges(root)
	r.readTotals()
	r.readDocuments()
	for _, name := range []string{"InvoiceLine", "CreditNoteLine"} {
		for _, line := range root.all(cac, name) {
			i.Lines = append(i.Lines, r.line(line))
		}
	}
}

// readPeriod keeps the invoicing period and the code of the tax point date apart: UBL gives both in one element.
func (r ublReader) readPeriod() {
	period := r.root.child(cac, "InvoicePeriod")
	r.invoice.TaxPointDateCode = textOf(period.child(cbc, "DescriptionCode"))
	if read := r.period(period); read != nil && (read.Start.Given() || read.End.Given() || !r.invoice.TaxPointDateCode.Given()) {
		r.invoice.Period = read
	}
}

func (r ublReader) period(e *element) *Period {
	if e == nil {
		return nil
	}
	return &Period{At: Place{e}, Start: dateOf(e.child(cbc, "StartDate")), End: dateOf(e.child(cbc, "EndDate"))}
}

// tradingParty reads seller or buyer, whose party stands one level below and whose name is the registered one.
func (r ublReader) tradingParty(e *element) *Party {
	if e == nil {
		return nil
	}
	party := e.child(cac, "Party")
	return r.party(e, party, party.child(cac, "PartyLegalEntity").child(cbc, "RegistrationName"))
}

// namedParty reads payee or tax representative.
func (r ublReader) namedParty(e *element) *Party {
	if e == nil {
		return nil
	}
	return r.party(e, e, e.child(cac, "PartyName").child(cbc, "Name"))
}

func (r ublReader) party(group, party, name *element) *Party {
	read := &Party{At: Place{group}, Name: textOf(name)}
	legal := party.child(cac, "PartyLegalEntity")
	for _, identification := range party.all(cac, "PartyIdentification") {
		read.Identifiers = append(read.Identifiers, identifierOf(identification.child(cbc, "ID"), "schemeID"))
	}
	read.LegalRegistration = identifierOf(legal.child(cbc, "CompanyID"), "schemeID")
	for _, tax := range party.all(cac, "PartyTaxScheme") {
		number := textOf(tax.child(cbc, "CompanyID"))
		if strings.EqualFold(textOf(tax.child(cac, "TaxScheme").child(cbc, "ID")).Value, "VAT") {
			if !read.VATIdentifier.Given() {
				read.VATIdentifier = number
			}
		} else if !read.TaxRegistration.Given() {
			read.TaxRegistration = number
		}
	}
	read.Electronic = optionalIdentifierOf(party.child(cbc, "EndpointID"), "schemeID")
	read.Address = r.address(party.child(cac, "PostalAddress"))
	return read
}

func (r ublReader) address(e *element) *Address {
	if e == nil {
		return nil
	}
	return &Address{At: Place{e}, Country: textOf(e.child(cac, "Country").child(cbc, "IdentificationCode"))}
}

func (r ublReader) readDelivery() {
	delivery := r.root.child(cac, "Delivery")
	location := delivery.child(cac, "DeliveryLocation")
	r.invoice.Delivery = Delivery{
		Location: identifierOf(location.child(cbc, "ID"), "schemeID"),
		Date:     dateOf(delivery.child(cbc, "ActualDeliveryDate")),
		Address:  r.address(location.child(cac, "Address")),
	}
}

func (r ublReader) readPayment() {
	for _, means := range r.root.all(cac, "PaymentMeans") {
		read := &PaymentInstruction{At: Place{means}, MeansCode: textOf(means.child(cbc, "PaymentMeansCode"))}
		for _, account := range means.all(cac, "PayeeFinancialAccount") {
			read.Accounts = append(read.Accounts, Account{Number: textWithin(account, account.child(cbc, "ID"))})
		}
		for _, card := range means.all(cac, "CardAccount") {
			read.Cards = append(read.Cards, textWithin(card, card.child(cbc, "PrimaryAccountNumberID")))
		}
		for _, mandate := range means.all(cac, "PaymentMandate") {
			r.invoice.Mandates = append(r.invoice.Mandates, textWithin(mandate, mandate.child(cbc, "ID")))
		}
		r.invoice.PaymentInstructions = append(r.invoice.PaymentInstructions, read)
	}
}

// textWithin places a text that is missing at the group that should hold it.
func textWithin(group, e *element) Text {
	if e == nil {
		return Text{At: Place{group}}
	}
	return textOf(e)
}

func (r ublReader) allowancesAndCharges(parent *element) (allowances, charges []*AllowanceCharge) {
	for _, e := range parent.all(cac, "AllowanceCharge") {
		read := &AllowanceCharge{
			At:         Place{e},
			Amount:     numberOf(e.child(cbc, "Amount")),
			Base:       numberOf(e.child(cbc, "BaseAmount")),
			Category:   firstVAT(e.all(cac, "TaxCategory"), r.category),
			Reason:     textOf(e.child(cbc, "AllowanceChargeReason")),
			ReasonCode: textOf(e.child(cbc, "AllowanceChargeReasonCode")),
		}
		switch textOf(e.child(cbc, "ChargeIndicator")).Value {
		case "false", "0":
			allowances = append(allowances, read)
		case "true", "1":
			charges = append(charges, read)
		}
	}
	return allowances, charges
}

func (r ublReader) category(e *element) Category {
	return Category{
		Tax:  textOf(e.child(cac, "TaxScheme").child(cbc, "ID")),
		Code: textOf(e.child(cbc, "ID")),
		Rate: numberOf(e.child(cbc, "Percent")),
	}
}

func (r ublReader) readTotals() {
	total := r.root.child(cac, "LegalMonetaryTotal")
	r.invoice.Totals = Totals{
		At:         Place{total},
		Lines:      numberOf(total.child(cbc, "LineExtensionAmount")),
		Allowances: numberOf(total.child(cbc, "AllowanceTotalAmount")),
		Charges:    numberOf(total.child(cbc, "ChargeTotalAmount")),
		WithoutVAT: numberOf(total.child(cbc, "TaxExclusiveAmount")),
		WithVAT:    numberOf(total.child(cbc, "TaxInclusiveAmount")),
		Paid:       numberOf(total.child(cbc, "PrepaidAmount")),
		Rounding:   numberOf(total.child(cbc, "PayableRoundingAmount")),
		Due:        numberOf(total.child(cbc, "PayableAmount")),
	}
	for _, tax := range r.root.all(cac, "TaxTotal") {
		if amount := tax.child(cbc, "TaxAmount"); amount != nil {
			r.invoice.VATTotals = append(r.invoice.VATTotals, numberOf(amount))
		}
		for _, subtotal := range tax.all(cac, "TaxSubtotal") {
			categories := subtotal.all(cac, "TaxCategory")
			read := &Breakdown{
				At:       Place{subtotal},
				Taxable:  numberOf(subtotal.child(cbc, "TaxableAmount")),
				Tax:      numberOf(subtotal.child(cbc, "TaxAmount")),
				Category: firstVAT(categories, r.category),
			}
			for _, category := range categories {
				if read.ExemptionReason.Value == "" {
					read.ExemptionReason = textOf(category.child(cbc, "TaxExemptionReason"))
				}
				if read.ExemptionReasonCode.Value == "" {
					read.ExemptionReasonCode = textOf(category.child(cbc, "TaxExemptionReasonCode"))
				}
			}
			r.invoice.Breakdowns = append(r.invoice.Breakdowns, read)
		}
	}
}

func (r ublReader) readDocuments() {
	for _, e := range r.root.all(cac, "AdditionalDocumentReference") {
		read := &Document{At: Place{e}, Reference: textOf(e.child(cbc, "ID"))}
		object := e.child(cac, "Attachment").child(cbc, "EmbeddedDocumentBinaryObject")
		if code, ok := object.attribute("mimeCode"); ok {
			read.MIME = Text{code, Place{object}}
		}
		r.invoice.Documents = append(r.invoice.Documents, read)
	}
}

func (r ublReader) line(e *element) *Line {
	item, price := e.child(cac, "Item"), e.child(cac, "Price")
	quantity := e.child(cbc, "InvoicedQuantity")
	if quantity == nil {
		quantity = e.child(cbc, "CreditedQuantity")
	}
	line := &Line{
		At:         Place{e},
		ID:         textOf(e.child(cbc, "ID")),
		Quantity:   numberOf(quantity),
		Net:        numberOf(e.child(cbc, "LineExtensionAmount")),
		Period:     r.period(e.child(cac, "InvoicePeriod")),
		NetPrice:   numberOf(price.child(cbc, "PriceAmount")),
		GrossPrice: numberOf(price.child(cac, "AllowanceCharge").child(cbc, "BaseAmount")),
		Category:   firstVAT(item.all(cac, "ClassifiedTaxCategory"), r.category),
		Name:       textOf(item.child(cbc, "Name")),
		Standard:   optionalIdentifierOf(item.child(cac, "StandardItemIdentification").child(cbc, "ID"), "schemeID"),
		Origin:     textOf(item.child(cac, "OriginCountry").child(cbc, "IdentificationCode")),
	}
	if code, ok := quantity.attribute("unitCode"); ok {
		line.Unit = Text{code, Place{quantity}}
	}
	line.Allowances, line.Charges = r.allowancesAndCharges(e)
	for _, classification := range item.all(cac, "CommodityClassification") {
		if code := classification.child(cbc, "ItemClassificationCode"); code != nil {
			line.Classifications = append(line.Classifications, identifierOf(code, "listID"))
		}
	}
	for _, property := range item.all(cac, "AdditionalItemProperty") {
		line.Attributes = append(line.Attributes, &Attribute{
			At: Place{property}, Name: textOf(property.child(cbc, "Name")), Value: textOf(property.child(cbc, "Value")),
		})
	}
	return line
}
