package markup

import (
	"slices"

	"millrace/edge/document"
)

// The codes of rejections that readers of markup share.
const (
	CodeInputEmpty          = "input_empty"
	CodeInputTooLarge       = "input_too_large"
	CodeEncodingUnknown     = "encoding_unknown"
	CodeEncodingDiffers     = "encoding_differs"
	CodeEncodingInvalid     = "encoding_invalid"
	CodeDeclarationWrong    = "declaration_wrong"
	CodeDoctypeForbidden    = "doctype_forbidden"
	CodeCharacterForbidden  = "character_forbidden"
	CodeTruncated           = "truncated"
	CodeTagMalformed        = "tag_malformed"
	CodeTagDiffers          = "tag_differs"
	CodeAttributeMalformed  = "attribute_malformed"
	CodeAttributeRepeated   = "attribute_repeated"
	CodeReferenceUnknown    = "reference_unknown"
	CodeMarkupMalformed     = "markup_malformed"
	CodeTextMalformed       = "text_malformed"
	CodeOutsideRoot         = "outside_root"
	CodePrefixUndeclared    = "prefix_undeclared"
	CodeDeclarationOfPrefix = "prefix_declaration_wrong"
	CodeDepthExceeded       = "depth_exceeded"
	CodeElementsExceeded    = "elements_exceeded"
	CodeAttributesExceeded  = "attributes_exceeded"
	CodeNamespacesExceeded  = "namespaces_exceeded"
	CodeNamespaceWrong      = "namespace_wrong"
	CodeElementUnknown      = "element_unknown"
	CodeElementOrder        = "element_order"
	CodeElementRepeated     = "element_repeated"
	CodeElementMissing      = "element_missing"
	CodeElementInText       = "element_in_text"
	CodeTextForbidden       = "text_forbidden"
	CodeExtensionContent    = "extension_content"
	CodeAttributeUnknown    = "attribute_unknown"
	CodeAttributeMissing    = "attribute_missing"
	CodeDateWrong           = "date_wrong"
	CodeDateRange           = "date_range"
	CodeTimeWrong           = "time_wrong"
	CodeDecimalWrong        = "decimal_wrong"
	CodeIndicatorWrong      = "indicator_wrong"
	CodeBase64Wrong         = "base64_wrong"
	CodeLanguageWrong       = "language_wrong"
	CodeCurrencyUnknown     = "currency_unknown"
	CodeAmountRange         = "amount_range"
	CodeQuantityRange       = "quantity_range"
	CodePriceRange          = "price_range"
)

// reasons is every reason that readers of markup share, in the order in which reading meets them.
var reasons = document.Catalogue{
	{Code: CodeInputEmpty, Message: "has no content", Sentence: "The file is empty or holds only white space."},
	{Code: CodeInputTooLarge, Message: "bytes are more than the limit", Sentence: "The file is larger than the limit of the reader; split it or ask the operator to raise the limit.", Valued: true},
	{Code: CodeEncodingUnknown, Message: "is not an encoding that is read", Sentence: "The XML declaration names an encoding other than UTF-8, UTF-16, US-ASCII, ISO-8859-1 and Windows-1252.", Valued: true},
	{Code: CodeEncodingDiffers, Message: "is declared but the bytes are encoded otherwise", Sentence: "The byte order mark, or its absence, contradicts the encoding named in the XML declaration.", Valued: true},
	{Code: CodeEncodingInvalid, Message: "is not a character of the encoding", Sentence: "The bytes shown cannot be decoded in the document's encoding.", Valued: true},
	{Code: CodeDeclarationWrong, Message: "is not an XML 1.0 declaration", Sentence: "The XML declaration is malformed, stands in the wrong place, or names a version other than 1.0.", Valued: true},
	{Code: CodeDoctypeForbidden, Message: "document type declarations are not accepted", Sentence: "A DOCTYPE can define entities that expand without bound; business documents need none, so it is refused."},
	{Code: CodeCharacterForbidden, Message: "is a character that XML forbids", Sentence: "Control characters other than tab and line end, and the two noncharacters at the end of the basic plane, may not appear in XML.", Valued: true},
	{Code: CodeTruncated, Message: "the document ends too early", Sentence: "The file ends inside a tag, a comment or an element that is still open; it was probably cut off on its way."},
	{Code: CodeTagMalformed, Message: "is not a well-formed tag", Sentence: "A tag has no valid name, or its parts are not separated as XML demands.", Valued: true},
	{Code: CodeTagDiffers, Message: "closes an element that is not open", Sentence: "The end tag does not match the start tag that was opened last.", Valued: true},
	{Code: CodeAttributeMalformed, Message: "is not a well-formed attribute", Sentence: "An attribute needs a name, an equals sign and a quoted value without the less-than sign.", Valued: true},
	{Code: CodeAttributeRepeated, Message: "is given twice", Sentence: "One element carries the same attribute twice.", Valued: true},
	{Code: CodeReferenceUnknown, Message: "is not a character or entity that is known", Sentence: "Only the five entities of XML and numbers of permitted characters may follow an ampersand.", Valued: true},
	{Code: CodeMarkupMalformed, Message: "is not well-formed markup", Sentence: "A comment, a processing instruction or a marked section is malformed or stands where none may.", Valued: true},
	{Code: CodeTextMalformed, Message: "may not stand in text", Sentence: "The sequence that ends a marked section may not stand in text by itself.", Valued: true},
	{Code: CodeOutsideRoot, Message: "stands outside the document's element", Sentence: "A document is one element; nothing but comments and white space may stand before or after it.", Valued: true},
	{Code: CodePrefixUndeclared, Message: "is a prefix without a namespace", Sentence: "A prefix is used that no enclosing element binds to a namespace.", Valued: true},
	{Code: CodeDeclarationOfPrefix, Message: "is not a permitted declaration of a namespace", Sentence: "The reserved prefixes and their namespaces cannot be bound otherwise, and a prefix cannot be bound to nothing.", Valued: true},
	{Code: CodeDepthExceeded, Message: "elements inside one another are more than the limit", Sentence: "Elements are nested deeper than the limit of the reader; real documents stay far below it.", Valued: true},
	{Code: CodeElementsExceeded, Message: "elements are more than the limit", Sentence: "The document has more elements than the limit of the reader.", Valued: true},
	{Code: CodeAttributesExceeded, Message: "attributes on one element are more than the limit", Sentence: "One element carries more attributes than the limit of the reader.", Valued: true},
	{Code: CodeNamespacesExceeded, Message: "namespaces in scope are more than the limit", Sentence: "More namespace declarations are in force at one place than the limit of the reader.", Valued: true},
	{Code: CodeNamespaceWrong, Message: "is not the namespace of this document", Sentence: "The document's element has the right name but stands in another namespace than its standard gives it.", Valued: true},
	{Code: CodeElementUnknown, Message: "is not an element that may stand here", Sentence: "The document's schema knows no such element in this place.", Valued: true},
	{Code: CodeElementOrder, Message: "stands after elements that must follow it", Sentence: "The document's schema fixes the order of elements; this one comes too late.", Valued: true},
	{Code: CodeElementRepeated, Message: "may stand here only once", Sentence: "The document's schema allows this element once in its place.", Valued: true},
	{Code: CodeElementMissing, Message: "is missing", Sentence: "The document's schema demands this element."},
	{Code: CodeElementInText, Message: "stands in an element that holds only text", Sentence: "An element with a simple value has no elements inside.", Valued: true},
	{Code: CodeTextForbidden, Message: "is text in an element that holds only elements", Sentence: "Between the elements of an aggregate only white space may stand.", Valued: true},
	{Code: CodeExtensionContent, Message: "an extension must hold exactly one element of another namespace", Sentence: "ext:ExtensionContent holds one element, in a namespace of its own."},
	{Code: CodeAttributeUnknown, Message: "is not an attribute that may stand here", Sentence: "The document's schema knows no such attribute on this element.", Valued: true},
	{Code: CodeAttributeMissing, Message: "is missing", Sentence: "The document's schema demands this attribute, such as the currency of an amount."},
	{Code: CodeDateWrong, Message: "is not a date", Sentence: "A date is written year-month-day, such as 2026-11-22, with or without a zone, and must exist.", Valued: true},
	{Code: CodeDateRange, Message: "is a date outside the years 1 to 9999", Sentence: "The schema allows dates that no business calendar has.", Valued: true},
	{Code: CodeTimeWrong, Message: "is not a time of day", Sentence: "A time is written hours:minutes:seconds, with or without a fraction and a zone.", Valued: true},
	{Code: CodeDecimalWrong, Message: "is not a decimal number", Sentence: "A number has digits, at most one point and a sign in front; no grouping, no exponent.", Valued: true},
	{Code: CodeIndicatorWrong, Message: "is neither true nor false", Sentence: "An indicator is true, false, 1 or 0.", Valued: true},
	{Code: CodeBase64Wrong, Message: "is not base64", Sentence: "An embedded document must be encoded in base64.", Valued: true},
	{Code: CodeLanguageWrong, Message: "is not a language code", Sentence: "A language is a code after RFC 3066, such as en or de-AT.", Valued: true},
	{Code: CodeCurrencyUnknown, Message: "is not a currency of ISO 4217", Sentence: "An amount or a document names a currency that is not in ISO 4217's list of currencies in use.", Valued: true},
	{Code: CodeAmountRange, Message: "is too large an amount", Sentence: "The amount, or a sum of amounts, is beyond 92 quadrillion minor units.", Valued: true},
	{Code: CodeQuantityRange, Message: "is too large a quantity", Sentence: "The quantity is beyond 9.2 trillion units.", Valued: true},
	{Code: CodePriceRange, Message: "is too large a price", Sentence: "The price of one unit is beyond 92 billion major currency units.", Valued: true},
}

// Reasons gives the shared reasons but those left out, in the order in which reading meets them.
func Reasons(leftOut ...string) document.Catalogue {
	return slices.DeleteFunc(slices.Clone(reasons), func(r document.Reason) bool { return slices.Contains(leftOut, r.Code) })
}

// ReasonOf gives the shared reason of a code.
func ReasonOf(code string) document.Reason {
	reason, _ := reasons.Find(code)
	return reason
}
