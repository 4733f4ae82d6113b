package main

import (
	"bytes"
	"strings"
)

// brokenFile is a small bad document, named by its defect.
type brokenFile struct {
	Name  string
	About string
	bytes []byte
}

// brokenFiles derives them from one good invoice of one line.
func brokenFiles() []brokenFile {
	sample := chain{
		seller: traunfels, buyer: havelmark, order: "PO-2026-4999", ordered: "2026-09-14", termDays: 30,
		lines: []line{{taperedBearing, units(10)}},
		deliveries: []delivery{{
			despatch: "L26/2999", receipt: "WE-26-0999", receiptDate: "2026-09-16",
			invoice: "TW26/3499", invoiceDate: "2026-09-17",
		}},
	}
	good := string(sample.invoiceDocument(0, sample.numbering(0)).encode())
	with := func(old, new string) []byte {
		if !strings.Contains(good, old) {
			panic("examples: nothing to break: " + old)
		}
		return []byte(strings.ReplaceAll(good, old, new))
	}
	latin := bytes.ReplaceAll(with("Traunfelser Wälzlager", "Traunfelser W\xe4lzlager"), []byte("ß"), []byte("\xdf"))
	return []brokenFile{
		{"amount-overflow.xml", "a payable amount of thirty digits", with(
			`<cbc:PayableAmount currencyID="EUR">279.50`, `<cbc:PayableAmount currencyID="EUR">`+strings.Repeat("9", 28)+".99")},
		{"entity-expansion.xml", "a document type with entities that expand to 100,000 words", entityExpansion(good)},
		{"malformed-xml.xml", "cut off in the middle of an element", []byte(good[:strings.Index(good, "</cac:InvoiceLine>")-40])},
		{"missing-id.xml", "an invoice without cbc:ID", with("  <cbc:ID>TW26/3499</cbc:ID>\n", "")},
		{"unknown-currency.xml", "the currency ZZZ, which ISO 4217 does not have", with("EUR", "ZZZ")},
		{"unsupported-type-catalogue.xml", "a valid UBL Catalogue, of which nothing can be made here", catalogue().encode()},
		{"wrong-encoding.xml", "says UTF-8, is Latin-1", latin},
		{"wrong-namespace.xml", "the root element is in the namespace of UBL 3", with("xsd:Invoice-2", "xsd:Invoice-3")},
	}
}

// entityExpansion puts five entities, each ten times the one before, into the
// note of an otherwise good invoice.
func entityExpansion(good string) []byte {
	var definitions strings.Builder
	definitions.WriteString("<!DOCTYPE Invoice [\n  <!ENTITY a \"grist \">\n")
	for name := 'b'; name <= 'f'; name++ {
		definitions.WriteString("  <!ENTITY " + string(name) + ` "` + strings.Repeat("&"+string(name-1)+";", 10) + "\">\n")
	}
	definitions.WriteString("]>\n")
	bad := strings.Replace(good, "<Invoice ", definitions.String()+"<Invoice ", 1)
	return []byte(strings.Replace(bad, "  <cbc:DocumentCurrencyCode>", "  <cbc:Note>&f;</cbc:Note>\n  <cbc:DocumentCurrencyCode>", 1))
}

func catalogue() *element {
	root := document("Catalogue", header("urn:fdc:peppol.eu:poacc:trns:catalogue:3",
		"urn:fdc:peppol.eu:poacc:bis:catalogue_wo_response:3", "TW-KAT-2026", "2026-09-01")...)
	root.add(
		namedParty("ProviderParty", traunfels), namedParty("ReceiverParty", havelmark),
		cac("CatalogueLine", cbc("ID", "1"), cbc("ActionCode", "Add"),
			cac("RequiredItemLocationQuantity", priceElement(taperedBearing, taperedBearing.price)),
			itemElement(taperedBearing)),
	)
	return root
}

func namedParty(name string, p *party) *element {
	made := partyElement(p)
	made.name = "cac:" + name
	return made
}
