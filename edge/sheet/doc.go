// Package sheet reads tables, CSV and XLSX, into documents by a mapping: which column is which field, how dates and numbers are
// written, and which columns group several rows into one document with lines. A mapping is kept for each sender.
//
// Every result is a document or its errors, each of which names row, column and value. A good row is taken whatever stands in
// the others; a document of which one row is wrong is not taken in part. Only what concerns the whole file (it can't be unpacked, a
// mapped column is not there) is an error of Read.
//
// The way of a file: mapping.go says what is wanted, csv.go and xlsx.go make rows of cells from bytes, read.go groups the rows,
// assemble.go fills documents by the table in fields.go, findings.go compares the amounts.
//
// A bank's table of bookings is read as statements by a mapping of another kind: statement_mapping.go says what can be wanted, statement.go
// finds headings and cells, statement_rows.go reads the rows, statement_order.go reckons order and balances, and statement_propose.go makes a
// mapping for a person to look at.
//
// Of XLSX the stored values are read, also those in hidden rows and those that formulas had when it was saved. Numbers are taken
// by their decimal text, never through floating point: up to the 15 significant digits that a spreadsheet keeps.
//
// Sources: RFC 4180; ECMA-376 part 1 (SpreadsheetML: 18.3 worksheets, 18.4 shared strings, 18.8.30 number formats, 18.17.4.1 dates).
package sheet
