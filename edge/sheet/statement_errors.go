package sheet

import "millrace/edge/document"

// The codes of errors that only statements meet.
const (
	codeHeadingsMissing   = "headings_missing"
	codeCellMissing       = "cell_missing"
	codeCellRepeated      = "cell_repeated"
	codeAmountFine        = "amount_fine"
	codeAmountTwice       = "amount_twice"
	codeSignWrong         = "sign_wrong"
	codeDirectionUnknown  = "direction_unknown"
	codeStateUnknown      = "state_unknown"
	codeOrderUnknown      = "order_unknown"
	codeBalanceBroken     = "balance_broken"
	codeStatementsSeveral = "statements_several"
	codeFaultsExceeded    = "faults_exceeded"
)

// StatementCodes is every error of a table of bookings: those of every table, and those that only statements meet.
var StatementCodes = append(append(document.Catalogue{}, Codes...), ofStatements...)

var ofStatements = document.Catalogue{
	{Code: codeHeadingsMissing, Message: "no row has any heading of the mapping", Sentence: "The row with the headings was looked for by their names, and none was met; it is another table, or the bank has changed it."},
	{Code: codeCellMissing, Message: "is not in the table, or has no value", Sentence: "The mapping names a cell, or the text beside it, and there is none, or it is empty.", Valued: true},
	{Code: codeCellRepeated, Message: "stands there several times", Sentence: "What tells a value once for all is met again; name the cell by its place."},
	{Code: codeAmountFine, Message: "is finer than the currency's smallest unit", Sentence: "A booked amount is a number of whole minor units; nothing is rounded.", Valued: true},
	{Code: codeAmountTwice, Message: "stands beside an amount that came in", Sentence: "A row has an amount in the column of what came in and another one in that of what went out; one booking has one.", Valued: true},
	{Code: codeSignWrong, Message: "has a sign that the mapping does not expect", Sentence: "Which way the amount went is told by the column, or by another one, and a sign says otherwise: set sign or debit_sign, or ask the bank.", Valued: true},
	{Code: codeDirectionUnknown, Message: "is none of the words for in and out", Sentence: "The mapping lists what stands for credit and for debit; this is neither, or both.", Valued: true},
	{Code: codeStateUnknown, Message: "is none of the words for booked, pending and void", Sentence: "The mapping lists what the bank writes for each state of a booking.", Valued: true},
	{Code: codeOrderUnknown, Message: "whether the oldest booking stands first can't be told", Sentence: "All bookings are of one day, and the balances fit both ways; set order in the mapping."},
	{Code: codeBalanceBroken, Message: "is not the balance before with the amounts since", Sentence: "From one balance to the next the amounts must lead; a row is missing, was changed, or is there twice.", Valued: true},
	{Code: codeStatementsSeveral, Message: "is told once, and the table is of several accounts", Sentence: "A table of several accounts or currencies has no one balance or number.", Valued: true},
	{Code: codeFaultsExceeded, Message: "errors in all; the rest are not shown", Sentence: "After a hundred errors the rest are counted only.", Valued: true},
}

// statementFailure makes an error at a row (0 for the whole file).
func statementFailure(code string, row int, field, value string) *document.Error {
	return StatementCodes.Failure(code, row, field, value)
}
