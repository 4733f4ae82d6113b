// Package ubl reads UBL 2.1 documents: Order, OrderResponse, OrderResponseSimple, DespatchAdvice, ReceiptAdvice, Invoice
// and CreditNote, with the profiles made of them (EN 16931, Peppol BIS, OIOUBL) and instances of UBL 2.0.
//
// Reading gives two verdicts. A document that the schema allows is accepted, and what it says wrongly stays on it as
// findings. Rejected is what cannot be read or what the schema forbids; Codes lists every reason.
//
// The way of a document: package markup reads the bytes and holds them against the schema's table (schema_table.go,
// generated) while it builds a flat tree, extract.go and lines.go take the facts from the tree, findings.go and package
// extract compare the amounts.
//
// Not checked: the content of ext:ExtensionContent beyond being one well-formed element of another namespace, the
// syntax of URIs in attributes. Attributes of XML Schema instance other than schema locations are refused.
//
// Sources: OASIS UBL 2.1 (2013), EN 16931-1 (rules BR-CO-10 to BR-CO-16).
package ubl

//go:generate go run ./generate -xsd ../../../shared/data/trade/xsd -out schema_table.go
