package cii

import (
	"millrace/edge/document"
	"millrace/edge/markup"
)

// party reads a TradeParty: its name is the registered one, and the trading name stands with the legal organisation.
func (r *extraction) party(index int32) document.Party {
	var party document.Party
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case ramID, ramGlobalID:
			r.identify(&party, document.IdentifierParty, c)
		case ramName:
			party.LegalName = r.TextOf(c)
		case ramSpecifiedLegalOrganization:
			if id := r.Find(c, ramID); id != 0 {
				r.identify(&party, document.IdentifierLegal, id)
			}
			party.Name = r.TextAt(c, ramTradingBusinessName)
		case ramPostalTradeAddress:
			party.Address, party.Country = r.address(c)
		case ramURIUniversalCommunication:
			if id := r.Find(c, ramURIID); id != 0 {
				r.identify(&party, document.IdentifierEndpoint, id)
			}
		case ramSpecifiedTaxRegistration:
			if id := r.Find(c, ramID); id != 0 {
				r.identify(&party, document.IdentifierTax, id)
			}
		}
	}
	return party
}

// identify adds an identifier unless its text is empty. CII calls the scheme of a VAT number "VA".
func (r *extraction) identify(party *document.Party, kind document.IdentifierKind, index int32) {
	value := r.TextOf(index)
	if value == "" {
		return
	}
	scheme := markup.Collapse(r.Attribute(index, "schemeID"))
	if kind == document.IdentifierTax && scheme == "VA" {
		scheme = "VAT"
	}
	party.Identifiers = append(party.Identifiers, document.Identifier{Kind: kind, Scheme: scheme, Value: value})
}

func (r *extraction) address(index int32) (document.Address, string) {
	var address document.Address
	country := ""
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		switch text := r.TextOf(c); r.Nodes[c].Element {
		case ramLineOne, ramStreetName:
			if address.Street == "" {
				address.Street = text
			}
		case ramLineTwo, ramAdditionalStreetName:
			if address.AdditionalStreet == "" {
				address.AdditionalStreet = text
			}
		case ramLineThree, ramLineFour, ramLineFive:
			if text != "" {
				address.Lines = append(address.Lines, text)
			}
		case ramBuildingNumber:
			address.BuildingNumber = text
		case ramCityName:
			address.City = text
		case ramPostcodeCode:
			address.PostalZone = text
		case ramCountrySubDivisionName:
			if address.Subdivision == "" {
				address.Subdivision = text
			}
		case ramCountryID:
			country = text
		}
	}
	return address, country
}
