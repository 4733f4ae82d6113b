package sheet

import (
	"millrace/edge/document"
)

// Reason is one entry of the catalogue of errors.
type Reason struct {
	Code     string // stable
	Message  string // what Error prints after the value
	Sentence string // what it means and what to do
}

// The codes of errors.
const (
	codeInputEmpty        = "input_empty"
	codeInputTooLarge     = "input_too_large"
	codeFormatUnknown     = "format_unknown"
	codeEncodingInvalid   = "encoding_invalid"
	codeArchiveMalformed  = "archive_malformed"
	codeArchiveTooLarge   = "archive_too_large"
	codeWorkbookMalformed = "workbook_malformed"
	codeSheetMissing      = "sheet_missing"
	codeCellsExceeded     = "cells_exceeded"
	codeRowsExceeded      = "rows_exceeded"
	codeHeaderMissing     = "header_missing"
	codeHeaderMerged      = "header_merged"
	codeColumnMissing     = "column_missing"
	codeColumnRepeated    = "column_repeated"
	codeRowMalformed      = "row_malformed"
	codeRowWide           = "row_wide"
	codeRowUncertain      = "row_uncertain"
	codeCellsMerged       = "cells_merged"
	codeCellFault         = "cell_fault"
	codeValueMissing      = "value_missing"
	codeValueDiffers      = "value_differs"
	codeValueShortened    = "value_shortened"
	codeValueLong         = "value_long"
	codeDateWrong         = "date_wrong"
	codeAmountWrong       = "amount_wrong"
	codeAmountRange       = "amount_range"
	codeQuantityWrong     = "quantity_wrong"
	codeQuantityRange     = "quantity_range"
	codePriceWrong        = "price_wrong"
	codePriceRange        = "price_range"
	codeCurrencyUnknown   = "currency_unknown"
	codeCountryWrong      = "country_wrong"
	codeIdentifierWrong   = "identifier_wrong"
	codeAnswerUnknown     = "answer_unknown"
	codeTypeCodeWrong     = "type_code_wrong"
)

// Codes is every reason for which a file or a row is not taken: those of whole files first.
var Codes = [...]Reason{
	{codeInputEmpty, "has no rows", "The file, or the sheet that the mapping names, holds nothing."},
	{codeInputTooLarge, "bytes are more than the limit", "The file is larger than the limit of the reader; split it or ask the operator to raise the limit."},
	{codeFormatUnknown, "is not CSV or XLSX", "The file is a workbook of the old XLS form, an encrypted one, or no table at all; save it as XLSX without a password, or as CSV."},
	{codeEncodingInvalid, "is not the encoding of this text", "The bytes are no text in the mapping's encoding (UTF-8 where it names none); name the right one in the mapping."},
	{codeArchiveMalformed, "the workbook's archive can't be read", "An XLSX file is a ZIP archive; this one is damaged or was cut off."},
	{codeArchiveTooLarge, "bytes unpacked are more than the limit", "Unpacked, the workbook is larger than the limit: archives can expand without bound, so reading stops there."},
	{codeWorkbookMalformed, "is not as a workbook has it", "A part of the workbook is missing or malformed; open it in a spreadsheet program and save it anew."},
	{codeSheetMissing, "is not a sheet of the workbook", "The mapping names a sheet that the workbook does not have."},
	{codeCellsExceeded, "cells are more than the limit", "The table has more filled cells, or more text in them, than the limit of the reader; split it."},
	{codeRowsExceeded, "rows are more than the limit", "The table has more rows than the limit of the reader; split it."},
	{codeHeaderMissing, "is not a row of the table", "The table ends before the row in which the mapping expects the headers."},
	{codeHeaderMerged, "merges cells of the header row", "A merged header stands for several columns, and nobody can say which one is meant; give each column a header of its own."},
	{codeColumnMissing, "is not a header of the table", "The mapping names a column that the header row does not have; the sender has changed the table, or it is another table."},
	{codeColumnRepeated, "is the header of several columns", "Two columns have this header; map the one that is meant by its letter."},
	{codeRowMalformed, "the row can't be cut into columns", "A quotation mark is open or stands inside a value; from an open one on nothing can be read, up to the end of the file."},
	{codeRowWide, "stands beyond the last header", "The row has more values than the table has headers: most often a separator inside a value without quotation marks has moved what follows."},
	{codeRowUncertain, "is a row that may belong to this document", "A row beside this document's can't be told to belong to any; until it is put right the document could lack a line."},
	{codeCellsMerged, "is a range of merged cells", "A merged range has one value for several rows or columns; split it so that each row has its own."},
	{codeCellFault, "is the fault of a formula", "The cell holds a fault such as #N/A, or a formula whose value was not saved."},
	{codeValueMissing, "is missing", "The document can't be taken without this value."},
	{codeValueDiffers, "differs from an earlier row of the same document", "Rows that make one document must agree in what concerns the whole document."},
	{codeValueShortened, "is a number of which the spreadsheet has lost digits", "A long number was stored as a number instead of a text; format the column as text and enter it again."},
	{codeValueLong, "is longer than a value may be", "A text has at most 2,000 characters."},
	{codeDateWrong, "is not a date in the mapping's form", "A date must have the form that the mapping names and must exist; in XLSX a cell formatted as a date is good too."},
	{codeAmountWrong, "is not an amount", "An amount has digits, the mapping's decimal mark and, in groups of three, its thousands mark, and a sign in front."},
	{codeAmountRange, "is too large an amount", "The amount, or a sum of amounts, is beyond 92 quadrillion minor units."},
	{codeQuantityWrong, "is not a quantity", "A quantity has digits, the mapping's decimal mark and, in groups of three, its thousands mark, and a sign in front."},
	{codeQuantityRange, "is too large a quantity", "The quantity is beyond 9.2 trillion units."},
	{codePriceWrong, "is not a price", "A price has digits, the mapping's decimal mark and, in groups of three, its thousands mark, and a sign in front."},
	{codePriceRange, "is too large a price", "The price of one unit is beyond 92 billion major currency units."},
	{codeCurrencyUnknown, "is not a currency of ISO 4217", "A currency is a code of three letters, such as EUR."},
	{codeCountryWrong, "is not a country code", "A country is a code of two capital letters (ISO 3166-1), such as CN."},
	{codeIdentifierWrong, "is not an identifier of its scheme", "The check characters of the identifier are wrong, or a value without a scheme in the mapping is not written scheme:value."},
	{codeAnswerUnknown, "is not an answer to an order", "An answer is accepted, amended or rejected, or AP, CA or RE."},
	{codeTypeCodeWrong, "is not a type code of this kind of document", "An invoice has a code of invoices and a credit note one of credit notes (UNTDID 1001); give each kind a mapping of its own."},
}

var messages = func() map[string]string {
	byCode := make(map[string]string, len(Codes))
	for _, reason := range Codes {
		byCode[reason.Code] = reason.Message
	}
	return byCode
}()

// failure makes an error at a row (0 for the whole file); the file's name is filled in by Read.
func failure(code string, row int, field, value string) *document.Error {
	message, known := messages[code]
	if !known {
		panic("sheet: no such code: " + code)
	}
	return &document.Error{Line: row, Field: field, Value: document.Excerpt(value), Code: code, Message: message}
}
