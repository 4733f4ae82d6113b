package ubl

import (
	"strings"
	"unicode/utf8"
)

// Reason is one entry of the catalogue of rejections.
type Reason struct {
	Code     string // stable
	Message  string // what Error prints after the value
	Sentence string // what it means and what to do
	valued   bool   // the value is printed even when it is empty
}

// The codes of rejections.
const (
	codeInputEmpty          = "input_empty"
	codeInputTooLarge       = "input_too_large"
	codeEncodingUnknown     = "encoding_unknown"
	codeEncodingDiffers     = "encoding_differs"
	codeEncodingInvalid     = "encoding_invalid"
	codeDeclarationWrong    = "declaration_wrong"
	codeDoctypeForbidden    = "doctype_forbidden"
	codeCharacterForbidden  = "character_forbidden"
	codeTruncated           = "truncated"
	codeTagMalformed        = "tag_malformed"
	codeTagDiffers          = "tag_differs"
	codeAttributeMalformed  = "attribute_malformed"
	codeAttributeRepeated   = "attribute_repeated"
	codeReferenceUnknown    = "reference_unknown"
	codeMarkupMalformed     = "markup_malformed"
	codeTextMalformed       = "text_malformed"
	codeOutsideRoot         = "outside_root"
	codePrefixUndeclared    = "prefix_undeclared"
	codeDeclarationOfPrefix = "prefix_declaration_wrong"
	codeDepthExceeded       = "depth_exceeded"
	codeElementsExceeded    = "elements_exceeded"
	codeAttributesExceeded  = "attributes_exceeded"
	codeNamespacesExceeded  = "namespaces_exceeded"
	codeNamespaceWrong      = "namespace_wrong"
	codeElementUnknown      = "element_unknown"
	codeElementOrder        = "element_order"
	codeElementRepeated     = "element_repeated"
	codeElementMissing      = "element_missing"
	codeElementInText       = "element_in_text"
	codeTextForbidden       = "text_forbidden"
	codeExtensionContent    = "extension_content"
	codeAttributeUnknown    = "attribute_unknown"
	codeAttributeMissing    = "attribute_missing"
	codeDateWrong           = "date_wrong"
	codeDateRange           = "date_range"
	codeTimeWrong           = "time_wrong"
	codeDecimalWrong        = "decimal_wrong"
	codeIndicatorWrong      = "indicator_wrong"
	codeBase64Wrong         = "base64_wrong"
	codeLanguageWrong       = "language_wrong"
	codeCurrencyUnknown     = "currency_unknown"
	codeAmountRange         = "amount_range"
	codeQuantityRange       = "quantity_range"
	codePriceRange          = "price_range"
)

// Codes is every reason for which Read rejects a document, in the order in which reading meets them.
var Codes = [...]Reason{
	{codeInputEmpty, "has no content", "The file is empty or holds only white space.", false},
	{codeInputTooLarge, "bytes are more than the limit", "The file is larger than the limit of the reader; split it or ask the operator to raise the limit.", true},
	{codeEncodingUnknown, "is not an encoding that is read", "The XML declaration names an encoding other than UTF-8, UTF-16, US-ASCII, ISO-8859-1 and Windows-1252.", true},
	{codeEncodingDiffers, "is declared but the bytes are encoded otherwise", "The byte order mark, or its absence, contradicts the encoding named in the XML declaration.", true},
	{codeEncodingInvalid, "is not a character of the encoding", "The bytes shown cannot be decoded in the document's encoding.", true},
	{codeDeclarationWrong, "is not an XML 1.0 declaration", "The XML declaration is malformed, stands in the wrong place, or names a version other than 1.0.", true},
	{codeDoctypeForbidden, "document type declarations are not accepted", "A DOCTYPE can define entities that expand without bound; business documents need none, so it is refused.", false},
	{codeCharacterForbidden, "is a character that XML forbids", "Control characters other than tab and line end, and the two noncharacters at the end of the basic plane, may not appear in XML.", true},
	{codeTruncated, "the document ends too early", "The file ends inside a tag, a comment or an element that is still open; it was probably cut off on its way.", false},
	{codeTagMalformed, "is not a well-formed tag", "A tag has no valid name, or its parts are not separated as XML demands.", true},
	{codeTagDiffers, "closes an element that is not open", "The end tag does not match the start tag that was opened last.", true},
	{codeAttributeMalformed, "is not a well-formed attribute", "An attribute needs a name, an equals sign and a quoted value without the less-than sign.", true},
	{codeAttributeRepeated, "is given twice", "One element carries the same attribute twice.", true},
	{codeReferenceUnknown, "is not a character or entity that is known", "Only the five entities of XML and numbers of permitted characters may follow an ampersand.", true},
	{codeMarkupMalformed, "is not well-formed markup", "A comment, a processing instruction or a marked section is malformed or stands where none may.", true},
	{codeTextMalformed, "may not stand in text", "The sequence that ends a marked section may not stand in text by itself.", true},
	{codeOutsideRoot, "stands outside the document's element", "A document is one element; nothing but comments and white space may stand before or after it.", true},
	{codePrefixUndeclared, "is a prefix without a namespace", "A prefix is used that no enclosing element binds to a namespace.", true},
	{codeDeclarationOfPrefix, "is not a permitted declaration of a namespace", "The reserved prefixes and their namespaces cannot be bound otherwise, and a prefix cannot be bound to nothing.", true},
	{codeDepthExceeded, "elements inside one another are more than the limit", "Elements are nested deeper than the limit of the reader; real documents stay far below it.", true},
	{codeElementsExceeded, "elements are more than the limit", "The document has more elements than the limit of the reader.", true},
	{codeAttributesExceeded, "attributes on one element are more than the limit", "One element carries more attributes than the limit of the reader.", true},
	{codeNamespacesExceeded, "namespaces in scope are more than the limit", "More namespace declarations are in force at one place than the limit of the reader.", true},
	{codeNamespaceWrong, "is not the namespace of this document in UBL 2", "The document's element has the right name but stands in another namespace than UBL 2 gives it.", true},
	{codeElementUnknown, "is not an element that may stand here", "The UBL 2.1 schema knows no such element in this place.", true},
	{codeElementOrder, "stands after elements that must follow it", "The UBL 2.1 schema fixes the order of elements; this one comes too late.", true},
	{codeElementRepeated, "may stand here only once", "The UBL 2.1 schema allows this element once in its place.", true},
	{codeElementMissing, "is missing", "The UBL 2.1 schema demands this element.", false},
	{codeElementInText, "stands in an element that holds only text", "An element with a simple value has no elements inside.", true},
	{codeTextForbidden, "is text in an element that holds only elements", "Between the elements of an aggregate only white space may stand.", true},
	{codeExtensionContent, "an extension must hold exactly one element of another namespace", "ext:ExtensionContent holds one element, in a namespace of its own.", false},
	{codeAttributeUnknown, "is not an attribute that may stand here", "The UBL 2.1 schema knows no such attribute on this element.", true},
	{codeAttributeMissing, "is missing", "The UBL 2.1 schema demands this attribute, such as the currency of an amount.", false},
	{codeDateWrong, "is not a date", "A date is written year-month-day, such as 2026-11-22, with or without a zone, and must exist.", true},
	{codeDateRange, "is a date outside the years 1 to 9999", "The schema allows dates that no business calendar has.", true},
	{codeTimeWrong, "is not a time of day", "A time is written hours:minutes:seconds, with or without a fraction and a zone.", true},
	{codeDecimalWrong, "is not a decimal number", "A number has digits, at most one point and a sign in front; no grouping, no exponent.", true},
	{codeIndicatorWrong, "is neither true nor false", "An indicator is true, false, 1 or 0.", true},
	{codeBase64Wrong, "is not base64", "An embedded document must be encoded in base64.", true},
	{codeLanguageWrong, "is not a language code", "A language is a code after RFC 3066, such as en or de-AT.", true},
	{codeCurrencyUnknown, "is not a currency of ISO 4217", "An amount or a document names a currency that is not in ISO 4217's list of currencies in use.", true},
	{codeAmountRange, "is too large an amount", "The amount, or a sum of amounts, is beyond 92 quadrillion minor units.", true},
	{codeQuantityRange, "is too large a quantity", "The quantity is beyond 9.2 trillion units.", true},
	{codePriceRange, "is too large a price", "The price of one unit is beyond 92 billion major currency units.", true},
}

var reasonByCode = func() map[string]Reason {
	byCode := make(map[string]Reason, len(Codes))
	for _, reason := range Codes {
		byCode[reason.Code] = reason
	}
	return byCode
}()

// excerpt shortens what is shown of a value; it keeps whole characters.
func excerpt[T string | []byte](value T) string {
	const charactersMax = 80
	text := strings.ToValidUTF8(string(value[:min(len(value), charactersMax*utf8.UTFMax)]), "\uFFFD")
	count := 0
	for i := range text {
		if count == charactersMax {
			return text[:i]
		}
		count++
	}
	return text
}
