package pdf

import (
	"millrace/edge/document"
)

// The codes of rejections.
const (
	codeInputEmpty          = "input_empty"
	codeInputTooLarge       = "input_too_large"
	codeNotPDF              = "pdf_header_missing"
	codeEncrypted           = "pdf_encrypted"
	codeTableWrong          = "pdf_table_wrong"
	codeObjectWrong         = "pdf_object_wrong"
	codeCatalogMissing      = "pdf_catalog_missing"
	codeDepthExceeded       = "pdf_depth_exceeded"
	codeObjectsExceeded     = "pdf_objects_exceeded"
	codeWorkExceeded        = "pdf_work_exceeded"
	codeInflatedExceeded    = "pdf_inflated_exceeded"
	codeFilterUnknown       = "pdf_filter_unknown"
	codeStreamDamaged       = "pdf_stream_damaged"
	codeAttachmentWrong     = "pdf_attachment_wrong"
	codeAttachmentsExceeded = "pdf_attachments_exceeded"
	codeNothingEmbedded     = "pdf_nothing_embedded"
	codeInvoiceMissing      = "pdf_invoice_missing"
	codeInvoiceAmbiguous    = "pdf_invoice_ambiguous"
)

// Codes is every reason for which a PDF is rejected, in the order in which reading meets them.
var Codes = document.Catalogue{
	{Code: codeInputEmpty, Message: "has no content", Sentence: "The file is empty or holds only white space."},
	{Code: codeInputTooLarge, Message: "bytes are more than the limit", Sentence: "The file is larger than the limit of the reader.", Valued: true},
	{Code: codeNotPDF, Message: "is not the beginning of a PDF", Sentence: "A PDF begins with %PDF- and its version.", Valued: true},
	{Code: codeEncrypted, Message: "the PDF is encrypted", Sentence: "Encrypted files are not opened, even where no password is needed to read them; send the file without protection."},
	{Code: codeTableWrong, Message: "is not a cross-reference table", Sentence: "The table that says where the objects are is damaged, and without it the catalog was not found either.", Valued: true},
	{Code: codeObjectWrong, Message: "is not an object of PDF", Sentence: "What stands in this place cannot be read as an object.", Valued: true},
	{Code: codeCatalogMissing, Message: "the PDF has no catalog", Sentence: "No object says what the document consists of; the file was probably cut off on its way."},
	{Code: codeDepthExceeded, Message: "levels are more than the limit", Sentence: "Arrays, dictionaries or trees are nested deeper than the limit of the reader.", Valued: true},
	{Code: codeObjectsExceeded, Message: "objects are more than the limit", Sentence: "The file has more objects than the limit of the reader.", Valued: true},
	{Code: codeWorkExceeded, Message: "the PDF takes too much work to read", Sentence: "Parts of the file overlap or repeat so often that reading it would take many times its length."},
	{Code: codeInflatedExceeded, Message: "bytes after inflation are more than the limit", Sentence: "What is compressed in the file is larger than the limit of the reader.", Valued: true},
	{Code: codeFilterUnknown, Message: "is not a filter that is read", Sentence: "A stream that is needed is packed in a way other than FlateDecode, ASCIIHexDecode or ASCII85Decode, or with a predictor other than those of PNG.", Valued: true},
	{Code: codeStreamDamaged, Message: "the stream cannot be unpacked", Sentence: "The compressed bytes are damaged."},
	{Code: codeAttachmentWrong, Message: "has no content in the PDF", Sentence: "The PDF names an embedded file whose bytes it does not hold.", Valued: true},
	{Code: codeAttachmentsExceeded, Message: "embedded files are more than the limit", Sentence: "The PDF embeds more files than the limit of the reader.", Valued: true},
	{Code: codeNothingEmbedded, Message: "the PDF embeds no invoice", Sentence: "A PDF that embeds no file is at best a picture of an invoice, and says nothing that can be matched."},
	{Code: codeInvoiceMissing, Message: "are the embedded files, and none is an invoice", Sentence: "A hybrid invoice embeds factur-x.xml, zugferd-invoice.xml or xrechnung.xml.", Valued: true},
	{Code: codeInvoiceAmbiguous, Message: "are different embedded invoices", Sentence: "The PDF embeds several invoices that are not the same.", Valued: true},
}

// limitCodes are the reasons that looking for the objects in another way would not mend.
var limitCodes = map[string]bool{
	codeDepthExceeded: true, codeObjectsExceeded: true, codeWorkExceeded: true, codeInflatedExceeded: true, codeAttachmentsExceeded: true,
}

// failure makes an error; the file is filled in later. The field is an object or a place in it: "object 12", "Root/Names".
func failure(code, field, value string) *document.Error { return Codes.Failure(code, 0, field, value) }
