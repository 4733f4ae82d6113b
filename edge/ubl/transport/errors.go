package transport

import "millrace/edge/observation"

// Codes is every reason for which a document is rejected.
var Codes = append(append([]observation.Reason(nil), observation.Shared...), []observation.Reason{
	observation.Explain("xml_malformed", "is not well-formed XML in UTF-8", "The text breaks the grammar of XML, names another encoding, or ends too early."),
	observation.Explain("doctype_forbidden", "document type declarations are not accepted", "A DOCTYPE can define entities that expand without bound; business documents need none, so it is refused."),
	observation.Explain("depth_exceeded", "elements inside one another are more than the limit", "Elements are nested deeper than real documents are."),
	observation.Explain("elements_exceeded", "elements are more than the limit", "The document has more elements than the node reads."),
	observation.Explain("namespace_wrong", "is not the namespace of this element in UBL 2", "The element has the right name but stands in another namespace than UBL 2 gives it."),
	observation.Explain("element_unknown", "is not an element that may stand here", "The UBL 2.1 schema knows no such element at the top of a TransportationStatus."),
	observation.Explain("element_repeated", "may stand here only once", "The UBL 2.1 schema allows this element once in its place."),
	observation.Explain("element_missing", "is missing", "The UBL 2.1 schema demands this element."),
	observation.Explain("date_wrong", "is not a date", "A date is written year-month-day, such as 2026-11-22, with or without a zone, and must exist."),
	observation.Explain("time_wrong", "is not a time of day", "A time is written hours:minutes:seconds, with or without a fraction and a zone."),
	observation.Explain("moment_missing", "says nowhere when it was", "Neither the event nor its status nor the document has a date."),
	observation.Explain("indicator_wrong", "is neither true nor false", "An indicator is true, false, 1 or 0."),
	observation.Explain("quantity_wrong", "is not a quantity that can be kept exactly", "A quantity is a number with at most six digits after the point, up to a million million."),
	observation.Explain("events_too_many", "events are more than the limit", "Split the document."),
}...)
