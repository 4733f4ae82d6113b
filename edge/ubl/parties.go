package ubl

import (
	"millrace/edge/document"
	"millrace/edge/markup"
)

// counterparty reads a SupplierParty or CustomerParty.
func (r *extraction) counterparty(index int32) document.Party {
	var party document.Party
	if c := r.Find(index, cacParty); c != 0 {
		party = r.party(c)
	}
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
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
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case cbcEndpointID:
			r.identify(&party, document.IdentifierEndpoint, c)
		case cacPartyIdentification:
			r.identify(&party, document.IdentifierParty, r.Find(c, cbcID))
		case cacPartyName:
			if party.Name == "" {
				party.Name = r.TextAt(c, cbcName)
			}
		case cacPostalAddress:
			party.Address, party.Country = r.address(c)
		case cacPartyTaxScheme:
			r.taxIdentity(&party, c)
		case cacPartyLegalEntity:
			if id := r.Find(c, cbcCompanyID); id != 0 {
				r.identify(&party, document.IdentifierLegal, id)
			}
			if party.LegalName == "" {
				party.LegalName = r.TextAt(c, cbcRegistrationName)
			}
			if address := r.Find(c, cacRegistrationAddress); address != 0 && party.Country == "" {
				_, party.Country = r.address(address)
			}
		}
	}
	return party
}

func (r *extraction) taxIdentity(party *document.Party, index int32) {
	value := r.TextAt(index, cbcCompanyID)
	if value == "" {
		return
	}
	party.Identifiers = append(party.Identifiers, document.Identifier{Kind: document.IdentifierTax, Scheme: r.TextAt(index, cacTaxScheme, cbcID), Value: value})
}

// identify adds an identifier unless its text is empty.
func (r *extraction) identify(party *document.Party, kind document.IdentifierKind, index int32) {
	if index == 0 {
		return
	}
	value := r.TextOf(index)
	if value == "" {
		return
	}
	party.Identifiers = append(party.Identifiers, document.Identifier{Kind: kind, Scheme: markup.Collapse(r.Attribute(index, "schemeID")), Value: value})
}

func (r *extraction) address(index int32) (document.Address, string) {
	var address document.Address
	country := ""
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case cbcStreetName:
			address.Street = r.TextOf(c)
		case cbcAdditionalStreetName:
			address.AdditionalStreet = r.TextOf(c)
		case cbcBuildingNumber:
			address.BuildingNumber = r.TextOf(c)
		case cbcCityName:
			address.City = r.TextOf(c)
		case cbcPostalZone:
			address.PostalZone = r.TextOf(c)
		case cbcCountrySubentity:
			address.Subdivision = r.TextOf(c)
		case cacAddressLine:
			address.Lines = append(address.Lines, r.TextAt(c, cbcLine))
		case cacCountry:
			country = r.TextAt(c, cbcIdentificationCode)
		}
	}
	return address, country
}
