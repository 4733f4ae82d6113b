package cii

import (
	"slices"

	"millrace/edge/document"
	"millrace/edge/markup"
)

// Limits bounds what Read takes.
type Limits = markup.Limits

// Root and its namespace, by which the format is known.
const (
	Root      = "CrossIndustryInvoice"
	Namespace = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
)

// The reasons that only this reader has.
var (
	reasonDateFormat = document.Reason{
		Code: "date_format_unknown", Message: "is not a date in a format that is read", Valued: true,
		Sentence: "A date is given in a format of UNTDID 2379 other than 102, 203, 204 and 205, or as a moment that has no day of its own.",
	}
	reasonTypeCode = document.Reason{
		Code: "type_code_unknown", Message: "is not the code of an invoice or credit note", Valued: true,
		Sentence: "The type code is none of UNTDID 1001 that names an invoice or a credit note; such a document claims nothing that can be matched.",
	}
)

// Codes is every reason for which Read rejects a document, the shared ones first.
var Codes = slices.Concat(markup.Reasons(
	markup.CodeExtensionContent, markup.CodeAttributeMissing, markup.CodeLanguageWrong, markup.CodeTimeWrong,
), document.Catalogue{reasonDateFormat, reasonTypeCode})

// Read reads one document. The name is used in errors only. The error is *document.Error for a rejected document and
// *document.Unsupported for one of another type. Read never panics, keeps nothing of the input, and may be called concurrently.
func Read(name string, input []byte, limits Limits) (document.Document, error) {
	var r extraction
	err := schema.Parse(name, input, limits, func(t *markup.Tree) *document.Error {
		r.Tree = t
		r.extract()
		return r.Failed
	})
	if err != nil {
		return document.Document{}, err
	}
	return r.Document, nil
}

const (
	namespaceRsm = markup.NamespaceFirst + iota
	namespaceRam
	namespaceQdt
	namespaceUdt
)

const namespaceStart = "urn:un:unece:uncefact:data:standard:"

var namespaces = []markup.NamespaceName{
	namespaceRsm: {URI: Namespace, Prefix: "rsm:"},
	namespaceRam: {URI: namespaceStart + "ReusableAggregateBusinessInformationEntity:100", Prefix: "ram:"},
	namespaceQdt: {URI: namespaceStart + "QualifiedDataType:100", Prefix: "qdt:"},
	namespaceUdt: {URI: namespaceStart + "UnqualifiedDataType:100", Prefix: "udt:"},
}

func init() { schema.Newer = markup.NewerPassed }
