package iso20022

import (
	"millrace/edge/document"
	"millrace/edge/markup"
)

// The codes of rejections that are this reader's own.
const (
	CodeDocumentMissing = "document_missing"
	CodeMessageUnnamed  = "message_unnamed"
	CodeValueLength     = "value_length"
	CodeValuePattern    = "value_pattern"
	CodeValueUnlisted   = "value_unlisted"
	CodeDecimalDigits   = "decimal_digits"
	CodeNegative        = "negative"
	CodeChoiceSecond    = "choice_second"
	CodeChoiceEmpty     = "choice_empty"
	CodeRepeatedOften   = "element_repeated_often"
)

// Codes is every reason for which a message is rejected, in the order in which reading meets them.
var Codes = append(markup.Reasons(markup.CodeExtensionContent, markup.CodeLanguageWrong, markup.CodeNamespaceWrong, markup.CodeAmountRange,
	markup.CodeQuantityRange, markup.CodePriceRange, markup.CodeCurrencyUnknown),
	document.Reason{Code: CodeDocumentMissing, Message: "holds no Document of ISO 20022", Sentence: "The file is markup, but no element Document of ISO 20022 stands in it: it is another kind of file, or an envelope without its message.", Valued: true},
	document.Reason{Code: CodeMessageUnnamed, Message: "is not the namespace of a message", Sentence: "The namespace of the Document names the message and its version, such as camt.053.001.08 at the end of urn:iso:std:iso:20022:tech:xsd:; this one does not.", Valued: true},
	document.Reason{Code: CodeValueLength, Message: "is shorter or longer than the message allows", Sentence: "The schema of the message bounds the length of this text.", Valued: true},
	document.Reason{Code: CodeValuePattern, Message: "is not of the form that the message demands", Sentence: "The schema of the message gives a pattern for this text, such as that of an IBAN or a country.", Valued: true},
	document.Reason{Code: CodeValueUnlisted, Message: "is not on the list of codes", Sentence: "The schema of the message lists the codes that may stand here.", Valued: true},
	document.Reason{Code: CodeDecimalDigits, Message: "has more digits than the message allows", Sentence: "The schema of the message bounds the digits of this number in all, and after the point.", Valued: true},
	document.Reason{Code: CodeNegative, Message: "is below zero", Sentence: "Amounts are given without a sign; an indicator beside them tells credit from debit.", Valued: true},
	document.Reason{Code: CodeChoiceSecond, Message: "stands beside another of which there may be only one", Sentence: "The schema of the message gives a choice here: one element or another, not both.", Valued: true},
	document.Reason{Code: CodeChoiceEmpty, Message: "holds none of the elements of which it must hold one", Sentence: "The schema of the message gives a choice here, and nothing was chosen."},
	document.Reason{Code: CodeRepeatedOften, Message: "stands here more often than the message allows", Sentence: "The schema of the message bounds how often this element may be repeated.", Valued: true},
)
