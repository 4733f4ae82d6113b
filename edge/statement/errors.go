package statement

import (
	"millrace/edge/document"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// The codes of rejections that are this reader's own.
const (
	CodeFormatUnknown    = "format_unknown"
	CodeElementNeeded    = "element_needed"
	CodeAmountFine       = "amount_fine"
	CodeDirectionUnknown = "direction_unknown"
	CodeStateUnknown     = "state_unknown"
	CodeEntriesTooMany   = "entries_too_many"
	CodeNothingStated    = "nothing_stated"
	CodeBlockUnfinished  = "block_unfinished"
	CodeFieldWrong       = "field_wrong"
	CodeFieldMissing     = "field_missing"
	CodeFieldMisplaced   = "field_misplaced"
)

// Codes is every reason for which a statement is rejected.
var Codes = append(append(document.Catalogue{}, iso20022.Codes...), own...)

// own are the reasons that are not those of every message.
var own = document.Catalogue{
	{Code: CodeFormatUnknown, Message: "begins no statement that is read", Sentence: "The file is neither markup nor a SWIFT message: camt.052, camt.053, camt.054, MT940 and MT942 are read; tables need a mapping.", Valued: true},
	{Code: markup.CodeCurrencyUnknown, Message: "is not a currency of ISO 4217", Sentence: "An amount names a currency that is not in ISO 4217's list of currencies in use.", Valued: true},
	{Code: markup.CodeAmountRange, Message: "is too large an amount", Sentence: "The amount is beyond 92 quadrillion minor units.", Valued: true},
	{Code: CodeElementNeeded, Message: "is missing", Sentence: "Without this element nobody can tell what was booked: an account, an amount with its currency, or its direction."},
	{Code: CodeAmountFine, Message: "is finer than the currency's smallest unit", Sentence: "A booked amount is a number of whole minor units; what a bank writes behind them must be zero.", Valued: true},
	{Code: CodeDirectionUnknown, Message: "is neither CRDT nor DBIT", Sentence: "Whether an amount came in or went out is told by CRDT or DBIT.", Valued: true},
	{Code: CodeStateUnknown, Message: "is not a state of an entry", Sentence: "An entry is booked (BOOK), pending (PDNG), expected (FUTR) or for information (INFO).", Valued: true},
	{Code: CodeEntriesTooMany, Message: "entries are more than the limit", Sentence: "The file has more entries than the limit of the reader; ask the bank for smaller files, or the operator to raise the limit.", Valued: true},
	{Code: CodeNothingStated, Message: "holds no statement", Sentence: "The file is of a format that is read, and has no statement of any account in it."},
	{Code: CodeBlockUnfinished, Message: "the message ends too early", Sentence: "A block of a SWIFT message is not closed; the file was probably cut off on its way."},
	{Code: CodeFieldWrong, Message: "is not of the form of its field", Sentence: "A field of a SWIFT message is not written as the standard says, such as C261122EUR1234,56 for a balance.", Valued: true},
	{Code: CodeFieldMissing, Message: "is missing", Sentence: "An MT940 has the account (:25:), the number (:28C:), and both balances (:60F: or :60M:, :62F: or :62M:)."},
	{Code: CodeFieldMisplaced, Message: "stands where it may not", Sentence: "The fields of a statement have an order: the account, the opening balance, entries with their text, the closing balance.", Valued: true},
}
