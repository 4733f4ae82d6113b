package ubl

import "millrace/edge/document"

import "strings"

// counterparty reads a SupplierParty or CustomerParty.
func (r *extraction) counterparty(index int32) document.Party {
	var party document.Party
	if c := r.find(index, cacParty); c != 0 {
		party = r.party(c)
	}
	for c := r.nodes[index].child; c != 0; c = r.nodes[c].next {
		switch r.nodes[c].element {
		case cbcCustomerAssignedAccountID:
			r.identify(&party, document.IdentifierGivenByBuyer, c)
		case cbcSupplierAssignedAccountID:
			r.identify(&party, document.IdentifierGivenBySeller, c)
		}
	}
	return party
}

// party reads a Party.
func (r *extraction) party(index int32) document.Party {
	var party document.Party
	for c := r.nodes[index].child; c != 0; c = r.nodes[c].next {
		switch r.nodes[c].element {
		case cbcEndpointID:
			r.identify(&party, document.IdentifierEndpoint, c)
		case cacPartyIdentification:
			r.identify(&party, document.IdentifierParty, r.find(c, cbcID))
		case cacPartyName:
			if party.Name == "" {
				party.Name = r.textAt(c, cbcName)
			}
		case cacPostalAddress:
			party.Address, party.Country = r.address(c)
		case cacPartyTaxScheme:
			r.taxIdentity(&party, c)
		case cacPartyLegalEntity:
			if id := r.find(c, cbcCompanyID); id != 0 {
				r.identify(&party, document.IdentifierLegal, id)
			}
			if party.LegalName == "" {
				party.LegalName = r.textAt(c, cbcRegistrationName)
			}
			if address := r.find(c, cacRegistrationAddress); address != 0 && party.Country == "" {
				_, party.Country = r.address(address)
			}
		}
	}
	return party
}

func (r *extraction) taxIdentity(party *document.Party, index int32) {
	value := r.textAt(index, cbcCompanyID)
	if value == "" {
		return
	}
	party.Identifiers = append(party.Identifiers, document.Identifier{Kind: document.IdentifierTax, Scheme: r.textAt(index, cacTaxScheme, cbcID), Value: value})
}

// identify adds an identifier unless its text is empty.
func (r *extraction) identify(party *document.Party, kind document.IdentifierKind, index int32) {
	if index == 0 {
		return
	}
	value := r.textOf(index)
	if value == "" {
		return
	}
	party.Identifiers = append(party.Identifiers, document.Identifier{Kind: kind, Scheme: collapse(r.attribute(index, "schemeID")), Value: value})
}

func (r *extraction) address(index int32) (document.Address, string) {
	var address document.Address
	country := ""
	for c := r.nodes[index].child; c != 0; c = r.nodes[c].next {
		switch r.nodes[c].element {
		case cbcStreetName:
			address.Street = r.textOf(c)
		case cbcAdditionalStreetName:
			address.AdditionalStreet = r.textOf(c)
		case cbcBuildingNumber:
			address.BuildingNumber = r.textOf(c)
		case cbcCityName:
			address.City = r.textOf(c)
		case cbcPostalZone:
			address.PostalZone = r.textOf(c)
		case cbcCountrySubentity:
			address.Subdivision = r.textOf(c)
		case cacAddressLine:
			address.Lines = append(address.Lines, r.textAt(c, cbcLine))
		case cacCountry:
			country = r.textAt(c, cbcIdentificationCode)
		}
	}
	return address, country
}

// same tells whether two descriptions can be of one party: they share an identifier, whose scheme may be left out, or, when
// one of them has none, a name.
func same(a, b *document.Party) bool {
	known := make(map[document.Identifier]bool, 2*len(a.Identifiers)) // kinds left out; the scheme "*" stands for any
	for _, id := range a.Identifiers {
		value := strings.ToLower(id.Value)
		known[document.Identifier{Scheme: id.Scheme, Value: value}] = true
		known[document.Identifier{Scheme: "*", Value: value}] = true
	}
	for _, id := range b.Identifiers {
		value := strings.ToLower(id.Value)
		scheme := id.Scheme
		if scheme == "" {
			scheme = "*"
		}
		if known[document.Identifier{Scheme: scheme, Value: value}] || known[document.Identifier{Value: value}] {
			return true
		}
	}
	if a.Identified() && b.Identified() {
		return false
	}
	for _, x := range [...]string{a.Name, a.LegalName} {
		for _, y := range [...]string{b.Name, b.LegalName} {
			if x != "" && strings.EqualFold(x, y) {
				return true
			}
		}
	}
	return false
}
