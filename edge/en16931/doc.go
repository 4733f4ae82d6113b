// Package en16931 holds an invoice or credit note against the business rules of the European norm EN 16931-1, whatever
// the syntax it came in.
//
// Read takes the terms of the norm's semantic model (invoice.go: BT for a term, BG for a group) out of UBL
// (read_ubl.go) or UN/CEFACT CII (read_cii.go). It is lenient: what is not there stays empty, and saying so is the work
// of the rules. Check runs Rules in their order and returns what they find; a Policy sets how grave each finding is.
//
// One rule is one file, named after it. The rules of the VAT categories differ only in category and demand, so their
// files name both and share the checks of category.go.
//
// Where the norm demands equality of a computed amount, differences below one unit of the currency pass in BR-CO-17 and
// in the rules 08 and 09 of the categories with a rate (S, L, M), as in the artefacts that CEN's committee publishes for
// validation: the sum of amounts rounded line by line differs from the rounded amount of the sum.
//
// Source: EN 16931-1:2017, clause 6.4 (BR-…) and the code lists of the European Commission for it (BR-CL-…).
package en16931
