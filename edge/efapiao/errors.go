package efapiao

import (
	"millrace/edge/document"
)

// Reason is one entry of the catalogue of rejections.
type Reason struct {
	Code     string // stable
	Message  string // what Error prints after the value
	Sentence string // what it means and what to do
}

// The codes of rejections.
const (
	codeInputEmpty         = "input_empty"
	codeInputTooLarge      = "input_too_large"
	codeEncodingUnknown    = "encoding_unknown"
	codeEncodingInvalid    = "encoding_invalid"
	codeDoctypeForbidden   = "doctype_forbidden"
	codeMalformed          = "xml_malformed"
	codeTruncated          = "truncated"
	codeOutsideRoot        = "outside_root"
	codeTextForbidden      = "text_forbidden"
	codeDepthExceeded      = "depth_exceeded"
	codeElementsExceeded   = "elements_exceeded"
	codeElementMissing     = "element_missing"
	codeElementRepeated    = "element_repeated"
	codeNumberWrong        = "number_wrong"
	codeNumberDiffers      = "number_differs"
	codeDateWrong          = "date_wrong"
	codeDecimalWrong       = "decimal_wrong"
	codeLabelWrong         = "label_wrong"
	codeAmountRange        = "amount_range"
	codeQuantityRange      = "quantity_range"
	codePriceRange         = "price_range"
	codeBundleMalformed    = "bundle_malformed"
	codeBundleTooLarge     = "bundle_too_large"
	codeBundleEntries      = "bundle_entries_exceeded"
	codeBundleName         = "bundle_name_wrong"
	codeBundleWithoutXML   = "bundle_without_invoice"
	codeBundleSeveralTimes = "bundle_several_invoices"
)

// Codes is every reason for which Read rejects a document, in the order in which reading meets them, then those of Bundle.
var Codes = [...]Reason{
	{codeInputEmpty, "has no content", "The file is empty or holds only white space."},
	{codeInputTooLarge, "bytes are more than the limit", "The file is larger than the limit of the reader; an electronic invoice stays far below it."},
	{codeEncodingUnknown, "is not an encoding that is read", "The XML declaration names an encoding other than UTF-8, GB18030, GBK and GB2312."},
	{codeEncodingInvalid, "the bytes are not of the declared encoding", "The file holds bytes that are no character in its encoding; fetch it again from where it was issued."},
	{codeDoctypeForbidden, "document type declarations are not accepted", "A DOCTYPE can define entities that expand without bound; an electronic invoice has none, so it is refused."},
	{codeMalformed, "the XML is not well-formed", "A tag, an attribute or a reference is malformed here, or an element is closed that is not open."},
	{codeTruncated, "the document ends too early", "The file ends inside a tag or an element that is still open; it was probably cut off on its way."},
	{codeOutsideRoot, "stands outside the document's element", "A file holds one electronic invoice; nothing but comments and white space may stand before or after it."},
	{codeTextForbidden, "is text beside elements", "An element holds a value or other elements, not both."},
	{codeDepthExceeded, "elements inside one another are more than the limit", "Elements are nested deeper than the limit of the reader; an electronic invoice stays far below it."},
	{codeElementsExceeded, "elements are more than the limit", "The document has more elements than the limit of the reader."},
	{codeElementMissing, "is missing", "Without this element nobody can say which invoice this is, of what day, between whom, or over how much."},
	{codeElementRepeated, "stands more than once", "The element may stand once; of two that differ nobody could say which counts."},
	{codeNumberWrong, "is not a number of 20 digits", "A fully digitalised electronic invoice has a number of 20 digits; an older kind with code and number is not read."},
	{codeNumberDiffers, "is another number than the invoice's", "The header and the tax authority's part name two different invoices: the file was changed or put together."},
	{codeDateWrong, "is not a date", "A date is written 2026-11-22, 2026年11月22日 or 20261122, with or without a time after it, and must exist."},
	{codeDecimalWrong, "is not a decimal number", "A number has digits, at most one point and a sign in front; no grouping, no exponent."},
	{codeLabelWrong, "says neither blue nor red", "The label InIssuType is Y for a blue invoice and N for a red one."},
	{codeAmountRange, "is too large an amount", "The amount, or a sum of amounts, is beyond 92 quadrillion minor units."},
	{codeQuantityRange, "is too large a quantity", "The quantity is beyond 9.2 trillion units."},
	{codePriceRange, "is too large a price", "The price of one unit is beyond 92 billion yuan."},
	{codeBundleMalformed, "is not a readable ZIP archive", "An OFD and a bundle are ZIP archives; this one is damaged, encrypted, or names a file twice."},
	{codeBundleTooLarge, "bytes unpacked are more than the limit", "Unpacked, the archive is larger than the limit: archives can expand without bound, so reading stops there."},
	{codeBundleEntries, "files in the archive are more than the limit", "An invoice comes with a few files; an archive of many invoices must be unpacked first."},
	{codeBundleName, "is not a name that a file in a bundle may have", "A name must be relative and stay inside the archive."},
	{codeBundleWithoutXML, "holds no invoice in XML", "Neither the archive nor an OFD in it holds an XML document whose element is EInvoice; the picture alone is not read."},
	{codeBundleSeveralTimes, "holds another invoice than the one before it", "An archive holds the files of one invoice; send several invoices one by one."},
}

var messages = func() map[string]string {
	byCode := make(map[string]string, len(Codes))
	for _, reason := range Codes {
		byCode[reason.Code] = reason.Message
	}
	return byCode
}()

// failure makes an error; file is filled in by Read and Bundle.
func failure(code string, line int, field, value string) *document.Error {
	message, known := messages[code]
	if !known {
		panic("efapiao: no such code: " + code)
	}
	return &document.Error{Line: line, Field: field, Value: document.Excerpt(value), Code: code, Message: message}
}
