package sheet

import (
	"millrace/edge/document"
)

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
var Codes = document.Catalogue{
	{Code: codeInputEmpty, Message: "has no rows", Sentence: "The file, or the sheet that the mapping names, holds nothing."},
	{Code: codeInputTooLarge, Message: "bytes are more than the limit", Sentence: "The file is larger than the limit of the reader; split it or ask the operator to raise the limit."},
	{Code: codeFormatUnknown, Message: "is not CSV or XLSX", Sentence: "The file is a workbook of the old XLS form, an encrypted one, or no table at all; save it as XLSX without a password, or as CSV."},
	{Code: codeEncodingInvalid, Message: "is not the encoding of this text", Sentence: "The bytes are no text in the mapping's encoding (UTF-8 where it names none); name the right one in the mapping."},
	{Code: codeArchiveMalformed, Message: "the workbook's archive can't be read", Sentence: "An XLSX file is a ZIP archive; this one is damaged or was cut off."},
	{Code: codeArchiveTooLarge, Message: "bytes unpacked are more than the limit", Sentence: "Unpacked, the workbook is larger than the limit: archives can expand without bound, so reading stops there."},
	{Code: codeWorkbookMalformed, Message: "is not as a workbook has it", Sentence: "A part of the workbook is missing or malformed; open it in a spreadsheet program and save it anew."},
	{Code: codeSheetMissing, Message: "is not a sheet of the workbook", Sentence: "The mapping names a sheet that the workbook does not have."},
	{Code: codeCellsExceeded, Message: "cells are more than the limit", Sentence: "The table has more filled cells, or more text in them, than the limit of the reader; split it."},
	{Code: codeRowsExceeded, Message: "rows are more than the limit", Sentence: "The table has more rows than the limit of the reader; split it."},
	{Code: codeHeaderMissing, Message: "is not a row of the table", Sentence: "The table ends before the row in which the mapping expects the headers."},
	{Code: codeHeaderMerged, Message: "merges cells of the header row", Sentence: "A merged header stands for several columns, and nobody can say which one is meant; give each column a header of its own."},
	{Code: codeColumnMissing, Message: "is not a header of the table", Sentence: "The mapping names a column that the header row does not have; the sender has changed the table, or it is another table."},
	{Code: codeColumnRepeated, Message: "is the header of several columns", Sentence: "Two columns have this header; map the one that is meant by its letter."},
	{Code: codeRowMalformed, Message: "the row can't be cut into columns", Sentence: "A quotation mark is open or stands inside a value; from an open one on nothing can be read, up to the end of the file."},
	{Code: codeRowWide, Message: "stands beyond the last header", Sentence: "The row has more values than the table has headers: most often a separator inside a value without quotation marks has moved what follows."},
	{Code: codeRowUncertain, Message: "is a row that may belong to this document", Sentence: "A row beside this document's can't be told to belong to any; until it is put right the document could lack a line."},
	{Code: codeCellsMerged, Message: "is a range of merged cells", Sentence: "A merged range has one value for several rows or columns; split it so that each row has its own."},
	{Code: codeCellFault, Message: "is the fault of a formula", Sentence: "The cell holds a fault such as #N/A, or a formula whose value was not saved."},
	{Code: codeValueMissing, Message: "is missing", Sentence: "The document can't be taken without this value."},
	{Code: codeValueDiffers, Message: "differs from an earlier row of the same document", Sentence: "Rows that make one document must agree in what concerns the whole document."},
	{Code: codeValueShortened, Message: "is a number of which the spreadsheet has lost digits", Sentence: "A long number was stored as a number instead of a text; format the column as text and enter it again."},
	{Code: codeValueLong, Message: "is longer than a value may be", Sentence: "A text has at most 2,000 characters."},
	{Code: codeDateWrong, Message: "is not a date in the mapping's form", Sentence: "A date must have the form that the mapping names and must exist; in XLSX a cell formatted as a date is good too."},
	{Code: codeAmountWrong, Message: "is not an amount", Sentence: "An amount has digits, the mapping's decimal mark and, in groups of three, its thousands mark, and a sign in front."},
	{Code: codeAmountRange, Message: "is too large an amount", Sentence: "The amount, or a sum of amounts, is beyond 92 quadrillion minor units."},
	{Code: codeQuantityWrong, Message: "is not a quantity", Sentence: "A quantity has digits, the mapping's decimal mark and, in groups of three, its thousands mark, and a sign in front."},
	{Code: codeQuantityRange, Message: "is too large a quantity", Sentence: "The quantity is beyond 9.2 trillion units."},
	{Code: codePriceWrong, Message: "is not a price", Sentence: "A price has digits, the mapping's decimal mark and, in groups of three, its thousands mark, and a sign in front."},
	{Code: codePriceRange, Message: "is too large a price", Sentence: "The price of one unit is beyond 92 billion major currency units."},
	{Code: codeCurrencyUnknown, Message: "is not a currency of ISO 4217", Sentence: "A currency is a code of three letters, such as EUR."},
	{Code: codeCountryWrong, Message: "is not a country code", Sentence: "A country is a code of two capital letters (ISO 3166-1), such as CN."},
	{Code: codeIdentifierWrong, Message: "is not an identifier of its scheme", Sentence: "The check characters of the identifier are wrong, or a value without a scheme in the mapping is not written scheme:value."},
	{Code: codeAnswerUnknown, Message: "is not an answer to an order", Sentence: "An answer is accepted, amended or rejected, or AP, CA or RE."},
	{Code: codeTypeCodeWrong, Message: "is not a type code of this kind of document", Sentence: "An invoice has a code of invoices and a credit note one of credit notes (UNTDID 1001); give each kind a mapping of its own."},
}

// failure makes an error at a row (0 for the whole file); the file's name is filled in by Read.
func failure(code string, row int, field, value string) *document.Error {
	return Codes.Failure(code, row, field, value)
}
