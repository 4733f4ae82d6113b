package transport

import (
	"slices"

	"millrace/edge/document"
	"millrace/edge/observation"
)

// Codes is every reason for which a document is rejected.
var Codes = slices.Concat(observation.Shared, document.Catalogue{
	{Code: "xml_malformed", Message: "is not well-formed XML in UTF-8", Sentence: "The text breaks the grammar of XML, names another encoding, or ends too early."},
	{Code: "doctype_forbidden", Message: "document type declarations are not accepted", Sentence: "A DOCTYPE can define entities that expand without bound; business documents need none, so it is refused."},
	{Code: "depth_exceeded", Message: "elements inside one another are more than the limit", Sentence: "Elements are nested deeper than real documents are."},
	{Code: "elements_exceeded", Message: "elements are more than the limit", Sentence: "The document has more elements than the node reads."},
	{Code: "namespace_wrong", Message: "is not the namespace of this element in UBL 2", Sentence: "The element has the right name but stands in another namespace than UBL 2 gives it."},
	{Code: "element_unknown", Message: "is not an element that may stand here", Sentence: "The UBL 2.1 schema knows no such element at the top of a TransportationStatus."},
	{Code: "element_repeated", Message: "may stand here only once", Sentence: "The UBL 2.1 schema allows this element once in its place."},
	{Code: "element_missing", Message: "is missing", Sentence: "The UBL 2.1 schema demands this element."},
	{Code: "date_wrong", Message: "is not a date", Sentence: "A date is written year-month-day, such as 2026-11-22, with or without a zone, and must exist."},
	{Code: "time_wrong", Message: "is not a time of day", Sentence: "A time is written hours:minutes:seconds, with or without a fraction and a zone."},
	{Code: "moment_missing", Message: "says nowhere when it was", Sentence: "Neither the event nor its status nor the document has a date."},
	{Code: "indicator_wrong", Message: "is neither true nor false", Sentence: "An indicator is true, false, 1 or 0."},
	{Code: "quantity_wrong", Message: "is not a quantity that can be kept exactly", Sentence: "A quantity is a number with at most six digits after the point, up to a million million."},
	{Code: "events_too_many", Message: "events are more than the limit", Sentence: "Split the document."},
})
