// Package cii reads the Cross Industry Invoice of UN/CEFACT, editions D16B to D22B: invoices and credit notes as
// EN 16931 and XRechnung have them, and the profiles of Factur-X and ZUGFeRD 2 from MINIMUM to EXTENDED.
//
// Reading gives two verdicts. A document that the schema allows and that has the parts without which nothing is claimed is
// accepted, and what it says wrongly stays on it as findings; MINIMUM and BASIC WL have no lines, which is one. Rejected
// is what cannot be read or lacks those parts; Codes lists every reason.
//
// The way of a document: package markup reads the bytes and holds them against the schema's table (schema_table.go,
// generated) while it builds a flat tree, extract.go, lines.go and parties.go take the facts from the tree, package
// extract compares the amounts. Elements of CII's namespaces that the table does not know in their place are passed
// over, because a later edition may have them; order and cardinality of those it knows are checked.
//
// Not read: ZUGFeRD 1, whose root is another; amounts in other currencies than the document's.
//
// The schema files from which the table is generated are UN/CEFACT's and not part of this project.
//
// Sources: UN/CEFACT Cross Industry Invoice D16B and D22B, EN 16931-1, CEN/TS 16931-3-3, UNTDID 1001 and 2379, Factur-X 1.07
// (lines of the kinds GROUP and INFORMATION).
package cii

//go:generate go run ./generate -xsd $CII_SCHEMAS -older $CII_SCHEMAS_OLDER -out schema_table.go
