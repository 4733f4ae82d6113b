package en16931

// ciiReader maps UN/CEFACT Cross Industry Invoice D16B to the norm's terms, after CEN/TS 16931-3-3.
type ciiReader struct {
	invoice *Invoice
	root    *element
}

func (r ciiReader) read() {
	i := r.invoice
	i.Syntax = CII
	header := r.root.child(rsm, "ExchangedDocument")
	transaction := r.root.child(rsm, "SupplyChainTradeTransaction")
	agreement := transaction.child(ram, "ApplicableHeaderTradeAgreement")
	settlement := transaction.child(ram, "ApplicableHeaderTradeSettlement")
	i.Specification = textOf(r.root.child(rsm, "ExchangedDocumentContext").child(ram, "GuidelineSpecifiedDocumentContextParameter").child(ram, "ID"))
	i.Number = textOf(header.child(ram, "ID"))
	i.IssueDate = r.date(header.child(ram, "IssueDateTime"))
	i.TypeCode = textOf(header.child(ram, "TypeCode"))
	i.CreditNote = creditNoteTypes.holds(i.TypeCode.Value)
	i.Currency = textOf(settlement.child(ram, "InvoiceCurrencyCode"))
	i.VATCurrency = textOf(settlement.child(ram, "TaxCurrencyCode"))
	for _, terms := range settlement.all(ram, "SpecifiedTradePaymentTerms") {
		if !i.PaymentTerms.Given() {
			i.PaymentTerms = textOf(terms.child(ram, "Description"))
		}
		if !i.DueDate.Given() {
			i.DueDate = r.date(terms.child(ram, "DueDateDateTime"))
		}
		for _, mandate := range terms.all(ram, "DirectDebitMandateID") {
			i.Mandates = append(i.Mandates, textOf(mandate))
		}
	}
	for _, reference := range settlement.all(ram, "InvoiceReferencedDocument") {
		i.PrecedingInvoices = append(i.PrecedingInvoices, textWithin(reference, reference.child(ram, "IssuerAssignedID")))
	}
	i.Period = r.period(settlement.child(ram, "BillingSpecifiedPeriod"))
	i.Seller = r.party(agreement.child(ram, "SellerTradeParty"))
	i.Buyer = r.party(agreement.child(ram, "BuyerTradeParty"))
	i.Payee = r.party(settlement.child(ram, "PayeeTradeParty"))
	i.TaxRepresentative = r.party(agreement.child(ram, "SellerTaxRepresentativeTradeParty"))
	r.readDelivery(transaction.child(ram, "ApplicableHeaderTradeDelivery"))
	r.readPayment(settlement)
	i.Allowances, i.Charges = r.allowancesAndCharges(settlement)
	r.readTotals(settlement)
	r.readTaxes(settlement)
	for _, e := range agreement.all(ram, "AdditionalReferencedDocument") {
		read := &Document{At: Place{e}, Reference: textOf(e.child(ram, "IssuerAssignedID"))}
		object := e.child(ram, "AttachmentBinaryObject")
		if code, ok := object.attribute("mimeCode"); ok {
			read.MIME = Text{code, Place{object}}
		}
		i.Documents = append(i.Documents, read)
	}
	for _, line := range transaction.all(ram, "IncludedSupplyChainTradeLineItem") {
		i.Lines = append(i.Lines, r.line(line))
	}
}

// date reads the day of a date element; the text stands one level below it.
func (r ciiReader) date(e *element) Date {
	if text := e.child(udt, "DateTimeString"); text != nil {
		return dateOf(text)
	}
	if text := e.child(udt, "DateString"); text != nil {
		return dateOf(text)
	}
	return Date{}
}

func (r ciiReader) period(e *element) *Period {
	if e == nil {
		return nil
	}
	return &Period{At: Place{e}, Start: r.date(e.child(ram, "StartDateTime")), End: r.date(e.child(ram, "EndDateTime"))}
}

func (r ciiReader) party(e *element) *Party {
	if e == nil {
		return nil
	}
	read := &Party{At: Place{e}, Name: textOf(e.child(ram, "Name"))}
	for _, id := range append(e.all(ram, "ID"), e.all(ram, "GlobalID")...) {
		read.Identifiers = append(read.Identifiers, identifierOf(id, "schemeID"))
	}
	read.LegalRegistration = identifierOf(e.child(ram, "SpecifiedLegalOrganization").child(ram, "ID"), "schemeID")
	for _, registration := range e.all(ram, "SpecifiedTaxRegistration") {
		number := registration.child(ram, "ID")
		switch scheme, _ := number.attribute("schemeID"); scheme {
		case "VA":
			read.VATIdentifier = textOf(number)
		case "FC":
			read.TaxRegistration = textOf(number)
		}
	}
	read.Electronic = optionalIdentifierOf(e.child(ram, "URIUniversalCommunication").child(ram, "URIID"), "schemeID")
	read.Address = r.address(e.child(ram, "PostalTradeAddress"))
	return read
}

func (r ciiReader) address(e *element) *Address {
	if e == nil {
		return nil
	}
	return &Address{At: Place{e}, Country: textOf(e.child(ram, "CountryID"))}
}

func (r ciiReader) readDelivery(e *element) {
	shipTo := e.child(ram, "ShipToTradeParty")
	location := shipTo.child(ram, "GlobalID")
	if location == nil {
		location = shipTo.child(ram, "ID")
	}
	r.invoice.Delivery = Delivery{
		Location: identifierOf(location, "schemeID"),
		Date:     r.date(e.child(ram, "ActualDeliverySupplyChainEvent").child(ram, "OccurrenceDateTime")),
		Address:  r.address(shipTo.child(ram, "PostalTradeAddress")),
	}
}

func (r ciiReader) readPayment(settlement *element) {
	for _, means := range settlement.all(ram, "SpecifiedTradeSettlementPaymentMeans") {
		read := &PaymentInstruction{At: Place{means}, MeansCode: textOf(means.child(ram, "TypeCode"))}
		for _, account := range means.all(ram, "PayeePartyCreditorFinancialAccount") {
			read.Accounts = append(read.Accounts, r.account(account))
		}
		for _, card := range means.all(ram, "ApplicableTradeSettlementFinancialCard") {
			read.Cards = append(read.Cards, textWithin(card, card.child(ram, "ID")))
		}
		r.invoice.PaymentInstructions = append(r.invoice.PaymentInstructions, read)
	}
}

func (r ciiReader) account(e *element) Account {
	iban, other := textOf(e.child(ram, "IBANID")), textOf(e.child(ram, "ProprietaryID"))
	switch {
	case iban.Given():
		return Account{Number: iban, Other: other}
	case other.Given():
		return Account{Number: other}
	}
	return Account{Number: Text{At: Place{e}}}
}

func (r ciiReader) allowancesAndCharges(parent *element) (allowances, charges []*AllowanceCharge) {
	for _, e := range parent.all(ram, "SpecifiedTradeAllowanceCharge") {
		read := &AllowanceCharge{
			At:         Place{e},
			Amount:     numberOf(e.child(ram, "ActualAmount")),
			Base:       numberOf(e.child(ram, "BasisAmount")),
			Category:   firstVAT(e.all(ram, "CategoryTradeTax"), r.category),
			Reason:     textOf(e.child(ram, "Reason")),
			ReasonCode: textOf(e.child(ram, "ReasonCode")),
		}
		switch textOf(e.child(ram, "ChargeIndicator").child(udt, "Indicator")).Value {
		case "false", "0":
			allowances = append(allowances, read)
		case "true", "1":
			charges = append(charges, read)
		}
	}
	return allowances, charges
}

func (r ciiReader) category(e *element) Category {
	return Category{
		Tax:  textOf(e.child(ram, "TypeCode")),
		Code: textOf(e.child(ram, "CategoryCode")),
		Rate: numberOf(e.child(ram, "RateApplicablePercent")),
	}
}

func (r ciiReader) readTotals(settlement *element) {
	sum := settlement.child(ram, "SpecifiedTradeSettlementHeaderMonetarySummation")
	r.invoice.Totals = Totals{
		At:         Place{sum},
		Lines:      numberOf(sum.child(ram, "LineTotalAmount")),
		Allowances: numberOf(sum.child(ram, "AllowanceTotalAmount")),
		Charges:    numberOf(sum.child(ram, "ChargeTotalAmount")),
		WithoutVAT: numberOf(sum.child(ram, "TaxBasisTotalAmount")),
		WithVAT:    numberOf(sum.child(ram, "GrandTotalAmount")),
		Paid:       numberOf(sum.child(ram, "TotalPrepaidAmount")),
		Rounding:   numberOf(sum.child(ram, "RoundingAmount")),
		Due:        numberOf(sum.child(ram, "DuePayableAmount")),
	}
	for _, total := range sum.all(ram, "TaxTotalAmount") {
		r.invoice.VATTotals = append(r.invoice.VATTotals, numberOf(total))
	}
}

// readTaxes reads the breakdown, which in CII also carries the tax point date or its code.
func (r ciiReader) readTaxes(settlement *element) {
	for _, tax := range settlement.all(ram, "ApplicableTradeTax") {
		r.invoice.Breakdowns = append(r.invoice.Breakdowns, &Breakdown{
			At:                  Place{tax},
			Taxable:             numberOf(tax.child(ram, "BasisAmount")),
			Tax:                 numberOf(tax.child(ram, "CalculatedAmount")),
			Category:            r.category(tax),
			ExemptionReason:     textOf(tax.child(ram, "ExemptionReason")),
			ExemptionReasonCode: textOf(tax.child(ram, "ExemptionReasonCode")),
		})
		if !r.invoice.TaxPointDate.Given() {
			r.invoice.TaxPointDate = r.date(tax.child(ram, "TaxPointDate"))
		}
		if !r.invoice.TaxPointDateCode.Given() {
			r.invoice.TaxPointDateCode = textOf(tax.child(ram, "DueDateTypeCode"))
		}
	}
}

func (r ciiReader) line(e *element) *Line {
	agreement := e.child(ram, "SpecifiedLineTradeAgreement")
	settlement := e.child(ram, "SpecifiedLineTradeSettlement")
	quantity := e.child(ram, "SpecifiedLineTradeDelivery").child(ram, "BilledQuantity")
	product := e.child(ram, "SpecifiedTradeProduct")
	line := &Line{
		At:         Place{e},
		ID:         textOf(e.child(ram, "AssociatedDocumentLineDocument").child(ram, "LineID")),
		Quantity:   numberOf(quantity),
		Net:        numberOf(settlement.child(ram, "SpecifiedTradeSettlementLineMonetarySummation").child(ram, "LineTotalAmount")),
		Period:     r.period(settlement.child(ram, "BillingSpecifiedPeriod")),
		NetPrice:   numberOf(agreement.child(ram, "NetPriceProductTradePrice").child(ram, "ChargeAmount")),
		GrossPrice: numberOf(agreement.child(ram, "GrossPriceProductTradePrice").child(ram, "ChargeAmount")),
		Category:   firstVAT(settlement.all(ram, "ApplicableTradeTax"), r.category),
		Name:       textOf(product.child(ram, "Name")),
		Standard:   optionalIdentifierOf(product.child(ram, "GlobalID"), "schemeID"),
		Origin:     textOf(product.child(ram, "OriginTradeCountry").child(ram, "ID")),
	}
	if code, ok := quantity.attribute("unitCode"); ok {
		line.Unit = Text{code, Place{quantity}}
	}
	line.Allowances, line.Charges = r.allowancesAndCharges(settlement)
	for _, classification := range product.all(ram, "DesignatedProductClassification") {
		if code := classification.child(ram, "ClassCode"); code != nil {
			line.Classifications = append(line.Classifications, identifierOf(code, "listID"))
		}
	}
	for _, characteristic := range product.all(ram, "ApplicableProductCharacteristic") {
		line.Attributes = append(line.Attributes, &Attribute{
			At: Place{characteristic}, Name: textOf(characteristic.child(ram, "Description")), Value: textOf(characteristic.child(ram, "Value")),
		})
	}
	return line
}
