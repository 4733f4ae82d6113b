package markup

import (
	"slices"
)

// Reason is one entry of a catalogue of rejections.
type Reason struct {
	Code     string // stable
	Message  string // what Error prints after the value
	Sentence string // what it means and what to do
	Valued   bool   // the value is printed even when it is empty
}

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
var reasons = [...]Reason{
	{CodeInputEmpty, "has no content", "The file is empty or holds only white space.", false},
	{CodeInputTooLarge, "bytes are more than the limit", "The file is larger than the limit of the reader; split it or ask the operator to raise the limit.", true},
	{CodeEncodingUnknown, "is not an encoding that is read", "The XML declaration names an encoding other than UTF-8, UTF-16, US-ASCII, ISO-8859-1 and Windows-1252.", true},
	{CodeEncodingDiffers, "is declared but the bytes are encoded otherwise", "The byte order mark, or its absence, contradicts the encoding named in the XML declaration.", true},
	{CodeEncodingInvalid, "is not a character of the encoding", "The bytes shown cannot be decoded in the document's encoding.", true},
	{CodeDeclarationWrong, "is not an XML 1.0 declaration", "The XML declaration is malformed, stands in the wrong place, or names a version other than 1.0.", true},
	{CodeDoctypeForbidden, "document type declarations are not accepted", "A DOCTYPE can define entities that expand without bound; business documents need none, so it is refused.", false},
	{CodeCharacterForbidden, "is a character that XML forbids", "Control characters other than tab and line end, and the two noncharacters at the end of the basic plane, may not appear in XML.", true},
	{CodeTruncated, "the document ends too early", "The file ends inside a tag, a comment or an element that is still open; it was probably cut off on its way.", false},
	{CodeTagMalformed, "is not a well-formed tag", "A tag has no valid name, or its parts are not separated as XML demands.", true},
	{CodeTagDiffers, "closes an element that is not open", "The end tag does not match the start tag that was opened last.", true},
	{CodeAttributeMalformed, "is not a well-formed attribute", "An attribute needs a name, an equals sign and a quoted value without the less-than sign.", true},
	{CodeAttributeRepeated, "is given twice", "One element carries the same attribute twice.", true},
	{CodeReferenceUnknown, "is not a character or entity that is known", "Only the five entities of XML and numbers of permitted characters may follow an ampersand.", true},
	{CodeMarkupMalformed, "is not well-formed markup", "A comment, a processing instruction or a marked section is malformed or stands where none may.", true},
	{CodeTextMalformed, "may not stand in text", "The sequence that ends a marked section may not stand in text by itself.", true},
	{CodeOutsideRoot, "stands outside the document's element", "A document is one element; nothing but comments and white space may stand before or after it.", true},
	{CodePrefixUndeclared, "is a prefix without a namespace", "A prefix is used that no enclosing element binds to a namespace.", true},
	{CodeDeclarationOfPrefix, "is not a permitted declaration of a namespace", "The reserved prefixes and their namespaces cannot be bound otherwise, and a prefix cannot be bound to nothing.", true},
	{CodeDepthExceeded, "elements inside one another are more than the limit", "Elements are nested deeper than the limit of the reader; real documents stay far below it.", true},
	{CodeElementsExceeded, "elements are more than the limit", "The document has more elements than the limit of the reader.", true},
	{CodeAttributesExceeded, "attributes on one element are more than the limit", "One element carries more attributes than the limit of the reader.", true},
	{CodeNamespacesExceeded, "namespaces in scope are more than the limit", "More namespace declarations are in force at one place than the limit of the reader.", true},
	{CodeNamespaceWrong, "is not the namespace of this document", "The document's element has the right name but stands in another namespace than its standard gives it.", true},
	{CodeElementUnknown, "is not an element that may stand here", "The document's schema knows no such element in this place.", true},
	{CodeElementOrder, "stands after elements that must follow it", "The document's schema fixes the order of elements; this one comes too late.", true},
	{CodeElementRepeated, "may stand here only once", "The document's schema allows this element once in its place.", true},
	{CodeElementMissing, "is missing", "The document's schema demands this element.", false},
	{CodeElementInText, "stands in an element that holds only text", "An element with a simple value has no elements inside.", true},
	{CodeTextForbidden, "is text in an element that holds only elements", "Between the elements of an aggregate only white space may stand.", true},
	{CodeExtensionContent, "an extension must hold exactly one element of another namespace", "ext:ExtensionContent holds one element, in a namespace of its own.", false},
	{CodeAttributeUnknown, "is not an attribute that may stand here", "The document's schema knows no such attribute on this element.", true},
	{CodeAttributeMissing, "is missing", "The document's schema demands this attribute, such as the currency of an amount.", false},
	{CodeDateWrong, "is not a date", "A date is written year-month-day, such as 2026-11-22, with or without a zone, and must exist.", true},
	{CodeDateRange, "is a date outside the years 1 to 9999", "The schema allows dates that no business calendar has.", true},
	{CodeTimeWrong, "is not a time of day", "A time is written hours:minutes:seconds, with or without a fraction and a zone.", true},
	{CodeDecimalWrong, "is not a decimal number", "A number has digits, at most one point and a sign in front; no grouping, no exponent.", true},
	{CodeIndicatorWrong, "is neither true nor false", "An indicator is true, false, 1 or 0.", true},
	{CodeBase64Wrong, "is not base64", "An embedded document must be encoded in base64.", true},
	{CodeLanguageWrong, "is not a language code", "A language is a code after RFC 3066, such as en or de-AT.", true},
	{CodeCurrencyUnknown, "is not a currency of ISO 4217", "An amount or a document names a currency that is not in ISO 4217's list of currencies in use.", true},
	{CodeAmountRange, "is too large an amount", "The amount, or a sum of amounts, is beyond 92 quadrillion minor units.", true},
	{CodeQuantityRange, "is too large a quantity", "The quantity is beyond 9.2 trillion units.", true},
	{CodePriceRange, "is too large a price", "The price of one unit is beyond 92 billion major currency units.", true},
}

// Reasons gives the shared reasons but those left out, in the order in which reading meets them.
func Reasons(leftOut ...string) []Reason {
	return slices.DeleteFunc(slices.Clone(reasons[:]), func(r Reason) bool { return slices.Contains(leftOut, r.Code) })
}

// ReasonOf gives the shared reason of a code.
func ReasonOf(code string) Reason { return reasonByCode[code] }

var reasonByCode = func() map[string]Reason {
	byCode := make(map[string]Reason, len(reasons))
	for _, reason := range reasons {
		byCode[reason.Code] = reason
	}
	return byCode
}()
