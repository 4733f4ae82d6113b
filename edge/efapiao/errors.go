package efapiao

import (
	"millrace/edge/document"
)

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
var Codes = document.Catalogue{
	{Code: codeInputEmpty, Message: "has no content", Sentence: "The file is empty or holds only white space."},
	{Code: codeInputTooLarge, Message: "bytes are more than the limit", Sentence: "The file is larger than the limit of the reader; an electronic invoice stays far below it."},
	{Code: codeEncodingUnknown, Message: "is not an encoding that is read", Sentence: "The XML declaration names an encoding other than UTF-8, GB18030, GBK and GB2312."},
	{Code: codeEncodingInvalid, Message: "the bytes are not of the declared encoding", Sentence: "The file holds bytes that are no character in its encoding; fetch it again from where it was issued."},
	{Code: codeDoctypeForbidden, Message: "document type declarations are not accepted", Sentence: "A DOCTYPE can define entities that expand without bound; an electronic invoice has none, so it is refused."},
	{Code: codeMalformed, Message: "the XML is not well-formed", Sentence: "A tag, an attribute or a reference is malformed here, or an element is closed that is not open."},
	{Code: codeTruncated, Message: "the document ends too early", Sentence: "The file ends inside a tag or an element that is still open; it was probably cut off on its way."},
	{Code: codeOutsideRoot, Message: "stands outside the document's element", Sentence: "A file holds one electronic invoice; nothing but comments and white space may stand before or after it."},
	{Code: codeTextForbidden, Message: "is text beside elements", Sentence: "An element holds a value or other elements, not both."},
	{Code: codeDepthExceeded, Message: "elements inside one another are more than the limit", Sentence: "Elements are nested deeper than the limit of the reader; an electronic invoice stays far below it."},
	{Code: codeElementsExceeded, Message: "elements are more than the limit", Sentence: "The document has more elements than the limit of the reader."},
	{Code: codeElementMissing, Message: "is missing", Sentence: "Without this element nobody can say which invoice this is, of what day, between whom, or over how much."},
	{Code: codeElementRepeated, Message: "stands more than once", Sentence: "The element may stand once; of two that differ nobody could say which counts."},
	{Code: codeNumberWrong, Message: "is not a number of 20 digits", Sentence: "A fully digitalised electronic invoice has a number of 20 digits; an older kind with code and number is not read."},
	{Code: codeNumberDiffers, Message: "is another number than the invoice's", Sentence: "The header and the tax authority's part name two different invoices: the file was changed or put together."},
	{Code: codeDateWrong, Message: "is not a date", Sentence: "A date is written 2026-11-22, 2026年11月22日 or 20261122, with or without a time after it, and must exist."},
	{Code: codeDecimalWrong, Message: "is not a decimal number", Sentence: "A number has digits, at most one point and a sign in front; no grouping, no exponent."},
	{Code: codeLabelWrong, Message: "says neither blue nor red", Sentence: "The label InIssuType is Y for a blue invoice and N for a red one."},
	{Code: codeAmountRange, Message: "is too large an amount", Sentence: "The amount, or a sum of amounts, is beyond 92 quadrillion minor units."},
	{Code: codeQuantityRange, Message: "is too large a quantity", Sentence: "The quantity is beyond 9.2 trillion units."},
	{Code: codePriceRange, Message: "is too large a price", Sentence: "The price of one unit is beyond 92 billion yuan."},
	{Code: codeBundleMalformed, Message: "is not a readable ZIP archive", Sentence: "An OFD and a bundle are ZIP archives; this one is damaged, encrypted, or names a file twice."},
	{Code: codeBundleTooLarge, Message: "bytes unpacked are more than the limit", Sentence: "Unpacked, the archive is larger than the limit: archives can expand without bound, so reading stops there."},
	{Code: codeBundleEntries, Message: "files in the archive are more than the limit", Sentence: "An invoice comes with a few files; an archive of many invoices must be unpacked first."},
	{Code: codeBundleName, Message: "is not a name that a file in a bundle may have", Sentence: "A name must be relative and stay inside the archive."},
	{Code: codeBundleWithoutXML, Message: "holds no invoice in XML", Sentence: "Neither the archive nor an OFD in it holds an XML document whose element is EInvoice; the picture alone is not read."},
	{Code: codeBundleSeveralTimes, Message: "holds another invoice than the one before it", Sentence: "An archive holds the files of one invoice; send several invoices one by one."},
}

// failure makes an error; file is filled in by Read and Bundle.
func failure(code string, line int, field, value string) *document.Error {
	return Codes.Failure(code, line, field, value)
}
