package ubl

import (
	"millrace/edge/document"
	"millrace/edge/markup"
)

// Limits bounds what Read takes.
type Limits = markup.Limits

// Codes is every reason for which Read rejects a document, in the order in which reading meets them.
var Codes = markup.Reasons()

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

// The namespaces of UBL 2.
const (
	namespaceCac = markup.NamespaceFirst + iota
	namespaceCbc
	namespaceExt
	namespaceDoc // the first of the documents' own, which follow in the order of trade.Type
)

const namespaceStart = "urn:oasis:names:specification:ubl:schema:xsd:"

var namespaces = []markup.NamespaceName{
	namespaceCac:     {URI: namespaceStart + "CommonAggregateComponents-2", Prefix: "cac:"},
	namespaceCbc:     {URI: namespaceStart + "CommonBasicComponents-2", Prefix: "cbc:"},
	namespaceExt:     {URI: namespaceStart + "CommonExtensionComponents-2", Prefix: "ext:"},
	namespaceDoc:     {URI: namespaceStart + "Order-2"},
	namespaceDoc + 1: {URI: namespaceStart + "OrderResponse-2"},
	namespaceDoc + 2: {URI: namespaceStart + "OrderResponseSimple-2"},
	namespaceDoc + 3: {URI: namespaceStart + "DespatchAdvice-2"},
	namespaceDoc + 4: {URI: namespaceStart + "ReceiptAdvice-2"},
	namespaceDoc + 5: {URI: namespaceStart + "Invoice-2"},
	namespaceDoc + 6: {URI: namespaceStart + "CreditNote-2"},
}
